// Package sim is a complete simulated QQ: one persistent world in which the
// accounts of this server and the people that a tool plays are the same kind
// of user, under QQ's own rules.
//
// The world is event-sourced. An operation is decided on the state under one
// lock and becomes a record; apply, which is pure, turns the record into the
// next state and into the events of every account that watches. Records go to
// a group-committed journal, from which the state and every event can be
// derived again: that is how a driver that runs again after a crash emits what
// the event log has missed. No input or output happens under the lock.
//
// What is done under a nonce (qq.Remembering) is remembered for NonceMemory in
// the records themselves, and told to nobody before it is on disk.
//
// The rules where QQ leaves room, as this world settles them:
//   - Private chats of friends and temporary chats of the same two people are
//     one chat with one run of seq; each message remembers which it was.
//   - A friendship has two sides, and ending it is told to both; only a person
//     who is played can drop a friend on his own side alone, who is told nothing.
//   - Who is logged out can do nothing and is told of nothing but his login, nor
//     later of what he missed: history has it. Friends see it, as they see who
//     makes himself invisible.
//   - QR codes, cookies, keys and the signatures of cards have QQ's form and
//     open nothing; they depend on the world's seed, the user and his login.
//   - A friend request that QQ finds doubtful is listed apart and told to nobody.
//   - Nudges need the right to speak. One can be taken back as long as messages.
//   - Likes past the day's limit are refused whole; the limit goes by pair.
//   - A join that was asked for by a plain member's invitation takes effect as
//     soon as an owner or admin agrees; an invitation by an owner or admin
//     takes effect as soon as the invited one agrees.
//   - Asking again replaces the request that is still pending.
//   - A group that is free to join, or whose question was answered rightly, is
//     joined at once; one that shows answers puts "问题：…\n答案：…" into the request.
//     A closed one is entered by invitation of its owner or an admin only. One
//     that is not found by its number cannot be asked.
//   - Robots accept every invitation at once, as far as the options let them in.
//   - Who was kicked with Block, or refused for good, may neither ask nor be
//     invited until he is unblocked.
//   - The most talkative member of a day (10 messages at least) is known from
//     the next day's first message on; 3 and 7 days in a row are honours too,
//     and each further day on which a member speaks is a level.
//   - An essence message is a copy that outlives the message. Remark and mode of
//     a group are the member's own and go when he leaves.
//   - A mention of somebody outside the group is kept and shows the number.
//   - A message is at most 4500 runes of text in 100 segments; a lone quote or
//     empty text is an empty message. The newest 10000 messages of a chat are
//     kept.
//   - Dice and hands show what their sender wished, else what the seed gives. A
//     song becomes the card that receivers see. Official bots alone send
//     markdown and buttons, and pressing one is told to the bot alone.
//   - A set of forwarded messages stands by itself: neither a recall nor the end
//     of a group changes it. It is open to whoever knows its id, holds at most
//     1000 messages with the sets inside it, and expires when 4096 newer ones, or
//     50000 newer messages in sets, have come.
//   - A message forwarded by itself calls nobody and leaves its quote behind.
//   - A temporary chat goes on through the group of its last message.
//   - Reactions need the right to speak, and go with a recalled message. Read
//     marks only rise, and are told to nobody.
//   - What is read in a picture or heard in a voice is what the world was told of
//     it (TellText), or made the voice of; it converts no sound.
//   - A file that is uploaded into a group is permanent; one that is dropped into
//     the chat under no folder is there for a week and takes no room, until
//     somebody persists it. Recalling its message takes it away before. A name
//     that is taken gets a number, as in "a(1).txt"; moving or renaming onto a
//     taken name is refused. Renaming, moving and deleting are told to nobody.
//   - A private file goes to friends only, and has a link for a week and for as
//     long as its message is there.
//   - A flash transfer is fetched and uploaded at once; a new link is added to
//     the old ones.
//   - Albums: everybody in the group fills them, likes and comments; taking
//     something out is for who put it in, and for owner and admins.
//   - The world's clock is the machine's, or its own: set, moved on, faster,
//     standing still. It never goes back. Its own clock runs on while no server
//     runs. A moved clock changes nothing by itself: what has run out is seen to
//     have run out when somebody looks.
//   - Chance depends on the world's seed and its history: the same seed and the
//     same operations under the same clock make the same world.
//   - Faults strike the accounts, never the people who are played, and are no
//     part of the world: a restart forgets them.
//   - A scene makes a new world whole or not at all; what it says is not checked
//     against the rules for those who act, only for what no world can be.
//   - An account that is new to the world joins group 123456, when that group
//     is there, so that what one account does is seen by another.
package sim
