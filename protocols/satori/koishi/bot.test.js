// Koishi with @satorijs/adapter-satori against a running llbot: what a bot
// program of that framework does from one end to the other.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { Server, alice, bob, bot as me, carol, dave, group, second, token, until } from './server.js'

// Koishi's ES modules do not load in Node itself; programs use the others.
const require = createRequire(import.meta.url)
const { Context, HTTP, h, Universal } = require('@koishijs/core')
const { SatoriAdapter } = require('@satorijs/adapter-satori')

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')

let server, app, adapter, bot
const heard = [] // every session of the first account, in order
const native = [] // names of internal events

// hears waits for an event that fits and was not there before it.
function listen(type, fits = () => true) {
  const from = heard.length
  return () => until(`${type}; heard ${heard.slice(from).map(s => `${s.type} ${s.content ?? ''}`)}`,
    () => heard.slice(from).find(s => s.type === type && fits(s)))
}

before(async () => {
  server = await Server.start()
  app = new Context()
  app.plugin(HTTP)
  adapter = app.plugin(SatoriAdapter, { endpoint: server.url, token, retryTimes: 50, retryInterval: 200, retryLazy: 200 })
  app.on('internal/session', session => { if (session.selfId === me) heard.push(session) })
  for (const name of ['llbot/group_nudge', 'llbot/group_mute']) app.on(name, () => native.push(name))
  app.command('echo <text:text>').action((_, text) => text)
  await app.start()
  bot = await until('the bots', () => app.bots.length === 2 && app.bots.find(b => b.selfId === me && b.status === Universal.Status.ONLINE))
})

after(async () => {
  adapter?.dispose()
  await app?.stop()
  await server?.remove()
})

test('READY tells of both accounts', () => {
  assert.deepEqual(app.bots.map(b => b.selfId).sort(), [me, second])
  assert.equal(bot.platform, 'llonebot')
  assert.equal(bot.user.name, 'LLBot')
  assert.ok(bot.features.includes('message.create') && bot.features.includes('guild.plain'))
  assert.ok(!bot.features.includes('message.update'))
})

test('a message has sender, member, group and content', async () => {
  const message = listen('message-created', s => s.content.includes('hello'))
  await server.say('hello <&> you', '--at', me)
  const session = await message()
  assert.equal(session.userId, alice)
  assert.equal(session.username, 'Alice')
  assert.equal(session.guildId, group)
  assert.equal(session.channelId, group)
  assert.equal(session.isDirect, false)
  assert.equal(session.event.channel.type, Universal.Channel.Type.TEXT)
  assert.equal(session.event.member.user.id, alice)
  assert.equal(session.elements.find(e => e.type === 'at').attrs.id, me)
  assert.match(h.select(session.elements, 'text').map(e => e.attrs.content).join(''), /hello <&> you/)
  assert.equal(session.stripped.appel, true)
  assert.ok(Math.abs(Date.now() - session.timestamp) < 3600_000)
})

test('a private message is direct, and a command is answered there', async () => {
  const message = listen('message-created', s => s.isDirect)
  await server.play('say', '--friend', '--as', bob, 'echo Bob was here')
  const session = await message()
  assert.equal(session.channelId, 'private:' + bob)
  assert.equal(session.guildId, undefined)
  assert.equal(session.userId, bob)
  await until('the answer', async () => {
    const { data } = await bot.getMessageList('private:' + bob)
    return data.find(m => m.content === 'Bob was here' && m.user.id === me)
  })
})

test('text, picture, quote and mention are sent in one message', async () => {
  const message = listen('message-created', s => s.content === 'quote me')
  await server.say('quote me')
  const { messageId } = await message()
  const ids = await bot.sendMessage(group, [h.quote(messageId), h.at(alice), h.text(' 1 < 2 & "3"'), h.image(pixel, 'image/png')])
  assert.equal(ids.length, 1)
  const sent = await bot.getMessage(group, ids[0])
  const elements = h.parse(sent.content)
  assert.equal(elements[0].type, 'quote')
  assert.equal(elements[0].attrs.id, messageId)
  assert.equal(elements.find(e => e.type === 'at').attrs.id, alice)
  assert.match(elements.filter(e => e.type === 'text').map(e => e.attrs.content).join(''), /1 < 2 & "3"/)
  const { src, width } = elements.find(e => e.type === 'img').attrs
  assert.equal(width, '1')
  const { data } = await app.http.file(src)
  assert.deepEqual(Buffer.from(data), pixel)
  const proxied = await fetch(`${server.url}/v1/proxy/${src}`)
  assert.deepEqual(Buffer.from(await proxied.arrayBuffer()), pixel)
})

test('a quote says what it quotes, and whose it is', async () => {
  const [id] = await bot.sendMessage(group, 'my words')
  const { data } = await bot.internal.onebot11.get_group_msg_history({ group_id: Number(group), count: 1 })
  const answer = listen('message-created', s => s.content.includes('I agree'))
  await server.say('I agree', '--reply', String(data.messages[0].message_id), '--at', me)
  const session = await answer()
  assert.equal(session.quote.id, id)
  assert.match(session.quote.content, /my words/)
  assert.equal(session.quote.user.id, me)
  assert.deepEqual([session.stripped.content, session.stripped.appel, session.stripped.hasAt], ['I agree', true, false])
})

test('what cannot be one message becomes several', async () => {
  const ids = await bot.sendMessage(group, [h.text('one'), h('message', 'two'), h('message', [h.text('three')])])
  assert.equal(ids.length, 3)
  const forwarded = await bot.sendMessage(group, h('message', { forward: true }, [
    h('message', [h('author', { id: bob, name: 'Bob' }), h.text('first')]), h('message', [h.text('second')]),
  ]))
  assert.equal(forwarded.length, 1)
  const { content } = await bot.getMessage(group, forwarded[0])
  assert.match(content, /<author id="10002" name="Bob"\/>first/)
})

test('an upload is sent by its link', async () => {
  const [link] = Object.values(await bot.createUpload({ data: pixel, type: 'image/png', filename: 'a.png' }))
  const [id] = await bot.sendMessage(group, h.image(link))
  assert.match((await bot.getMessage(group, id)).content, /^<img src="http/)
})

test('groups, channels, members, roles, friends and people', async () => {
  const gather = async iterator => { const all = []; for await (const one of iterator) all.push(one); return all }
  const guilds = await gather(bot.getGuildIter())
  assert.ok(guilds.some(g => g.id === group && g.name))
  assert.equal((await bot.getGuild(group)).id, group)
  assert.deepEqual((await gather(bot.getChannelIter(group))).map(c => [c.id, c.type]), [[group, 0]])
  const members = await gather(bot.getGuildMemberIter(group))
  assert.ok([me, alice, bob, carol].every(id => members.some(m => m.user.id === id)))
  const roles = await gather(bot.getGuildRoleIter(group))
  for (const member of members) assert.ok(roles.some(r => r.id === member.roles[0].id && r.name === member.roles[0].name))
  assert.equal(members.find(m => m.user.id === alice).roles[0].name, 'owner')
  assert.equal((await bot.getGuildMember(group, bob)).user.name, 'Bob')
  assert.ok((await gather(bot.getFriendIter())).some(f => f.user.id === alice))
  assert.equal((await bot.getUser(dave)).name, 'Dave')
  assert.equal((await bot.createDirectChannel(alice)).id, 'private:' + alice)
  assert.equal((await bot.getLogin()).user.id, me)
})

test('history pages back and forth by its own tokens', async () => {
  for (let i = 0; i < 5; i++) await bot.sendMessage(group, `page ${i}`)
  const last = await bot.getMessageList(group, undefined, 'before', 2, 'asc')
  assert.deepEqual(last.data.map(m => m.content), ['page 3', 'page 4'])
  const before = await bot.getMessageList(group, last.prev ?? last.next, 'before', 2, 'asc')
  assert.deepEqual(before.data.map(m => m.content), ['page 1', 'page 2'])
  const around = await bot.getMessageList(group, before.data[1].id, 'around', 3, 'asc')
  assert.deepEqual(around.data.map(m => m.content), ['page 1', 'page 2', 'page 3'])
})

test('reactions come, go and are told', async () => {
  const [id] = await bot.sendMessage(group, 'react to me')
  const seq = id.split('|')[2]
  const added = listen('reaction-added', s => s.messageId === id)
  await server.play('sim', 'do', '--as', bob, 'React', `ref=group:${group}:${seq}`, 'emoji=76', 'on=true')
  const session = await added()
  assert.equal(session.userId, bob)
  assert.equal(session.event.emoji.id, '76')
  await bot.createReaction(group, id, '76')
  assert.deepEqual((await bot.getReactionList(group, id, '76')).data.map(u => u.id).sort(), [bob, me].sort())
  await bot.deleteReaction(group, id, '76')
  assert.deepEqual((await bot.getReactionList(group, id, '76')).data.map(u => u.id), [bob])
})

test('messages are taken back', async () => {
  const [id] = await bot.sendMessage(group, 'oops')
  const mine = listen('message-deleted')
  await bot.deleteMessage(group, id)
  assert.equal((await mine()).operatorId, me)
  const message = listen('message-created', s => s.content === 'slip')
  await server.say('slip')
  const { messageId } = await message()
  const hers = listen('message-deleted', s => s.messageId === messageId)
  await server.play('sim', 'recall', '--as', alice, `group:${group}:${messageId.split('|')[2]}`)
  const session = await hers()
  assert.equal(session.userId, alice)
  assert.equal(session.guildId, group)
  await assert.rejects(bot.getMessage(group, id))
})

test('requests are answered', async () => {
  const asked = listen('guild-member-request')
  await server.play('sim', 'join', group, '--as', dave, '--comment', 'let me in')
  const session = await asked()
  assert.equal(session.userId, dave)
  assert.equal(session.content, 'let me in')
  const joined = listen('guild-member-added', s => s.userId === dave)
  await bot.handleGuildMemberRequest(session.messageId, true)
  await joined()
  const befriended = listen('friend-request', s => s.userId === dave)
  await server.play('sim', 'friend', me, '--as', dave, '--comment', 'hi')
  await bot.handleFriendRequest((await befriended()).messageId, true, 'welcome')
  assert.ok((await bot.getFriendList()).data.some(f => f.user.id === dave))
  const removed = listen('guild-member-removed', s => s.userId === dave)
  await bot.kickGuildMember(group, dave)
  assert.equal((await removed()).operatorId, me)
})

test('what Satori has no event for comes under its native name', async () => {
  native.length = 0
  await server.play('sim', 'nudge', `group:${group}`, bob, '--as', alice)
  await bot.muteGuildMember(group, bob, 60_000)
  await until('the internal events', () => native.includes('llbot/group_nudge') && native.includes('llbot/group_mute'))
  await bot.muteGuildMember(group, bob, 0)
})

test('actions of the other protocols are internal calls', async () => {
  assert.equal((await bot.internal.onebot11.get_group_info({ group_id: Number(group) })).data.group_id, Number(group))
  assert.equal((await bot.internal.milky.get_login_info({})).data.uin, Number(me))
})

test('errors reach the bot with status and reason', async () => {
  await assert.rejects(bot.getGuild('99999'), error => error.response?.status === 404)
  await assert.rejects(bot.kickGuildMember(group, alice), error => error.response?.status === 403)
  await assert.rejects(bot.editMessage(group, 'x', 'y'), error => error.response?.status === 404)
})

test('an account goes offline and comes back', async () => {
  const other = app.bots.find(b => b.selfId === second)
  await server.play('sim', 'fault', 'add', 'kicked', '--account', second, '--count', '1')
  await assert.rejects(other.getMessageList(group), error => error.response?.status === 503)
  await until('offline', () => other.status === Universal.Status.OFFLINE)
  await server.play('sim', 'do', '--as', second, 'MoveLogin', 'step=online')
  await until('online', () => other.status === Universal.Status.ONLINE)
})

test('nothing is missed over a lost connection, a restart and a crash', async () => {
  const numbers = () => heard.filter(s => s.type === 'message-created' && /^gap \d+$/.test(s.content)).map(s => Number(s.content.slice(4)))
  const reach = n => until(`number ${n}; have ${numbers()}`, () => numbers().at(-1) === n)
  let n = 0
  const say = async () => server.say(`gap ${++n}`)
  await say()
  await reach(n)
  bot.adapter.socket.close()
  await say()
  await say()
  await reach(n)
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    await server.down(signal)
    await server.up()
    await say()
    await reach(n)
  }
  assert.deepEqual(numbers(), Array.from({ length: n }, (_, i) => i + 1))
})
