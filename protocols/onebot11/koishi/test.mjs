// Real clients of OneBot 11 against a running server: node test.mjs ./llbot
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import net from 'node:net'
import { promisify } from 'node:util'
import { createRequire } from 'node:module'
import { NCWebsocket, Structs } from 'node-napcat-ts'

const require = createRequire(import.meta.url) // Koishi loads as CommonJS alone
const { Context, h } = require('koishi')
const { OneBotBot } = require('koishi-plugin-adapter-onebot')

const binary = process.argv[2]
const token = 'token-of-the/clients=' // node-napcat-ts writes it into an address as it is
const self = '1234567890', alice = '10001', club = '123456'
const patience = 30_000

// until waits for something that becomes true.
async function until(what, ok) {
  for (const end = Date.now() + patience; Date.now() < end; await new Promise(done => setTimeout(done, 20))) {
    if (await ok()) return
  }
  throw new Error('waited too long for ' + what)
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

// start runs a server that dials one port and posts to the other.
async function start(reverse, hook) {
  await writeFile('llbot.yaml', `
admin: {port: 0}
endpoints:
  - {kind: onebot11-ws, port: 0, token: "${token}"}
  - {kind: onebot11-http, port: 0, token: "${token}"}
  - {kind: onebot11-ws-reverse, url: "ws://127.0.0.1:${reverse}/reverse", token: "${token}", reconnect: {initial: 50ms, max: 200ms}}
  - {kind: onebot11-webhook, url: "http://127.0.0.1:${hook}/hook", secret: "${token}"}
`)
  const child = spawn(binary, ['--config', 'llbot.yaml', '--data', 'data'])
  let out = ''
  for (const pipe of [child.stdout, child.stderr]) pipe.on('data', text => { out += text })
  const addr = {}
  await until('the addresses in\n' + out, () => {
    for (const [, name, at] of out.matchAll(/^  (\S+)\s+(?:http|ws):\/\/([0-9.:]+)/gm)) addr[name] = at
    return addr.admin && addr['onebot11-ws'] && addr['onebot11-http']
  })
  await until('readiness', async () => (await fetch(`http://${addr.admin}/readyz`)).ok)
  const say = text => promisify(execFile)(binary, ['say', '--config', 'llbot.yaml', '--data', 'data', '--url', `http://${addr.admin}`, '--group', club, '--as', alice, text])
  return { child, addr, say, log: () => out }
}

// plugin is what a package of Koishi's exports, in either way.
const plugin = exported => exported.default ?? exported

// koishi plays one kind of connection of Koishi's adapter.
async function koishi(name, server, port, config) {
  const app = new Context()
  app.plugin(plugin(require('@koishijs/plugin-http')))
  if (port) app.plugin(plugin(require('@koishijs/plugin-server')), { host: '127.0.0.1', port, maxPort: port })
  // The adapter's webhook reads the event where Koa keeps its answer.
  if (config.protocol === 'http') app.inject(['server'], ctx => { ctx.server.post(config.path, (c, next) => { c.body = c.request.body; return next() }) })
  app.plugin(OneBotBot, { selfId: self, token, ...config })
  const heard = []
  app.on('message', session => { heard.push(session) })
  await app.start()
  const online = 1
  let bot
  await until(name + ' to be online', () => bot = app.bots.find(b => b.platform === 'onebot' && b.status === online))
  assert.equal(bot.selfId, self)
  assert.equal(bot.user.name, 'LLBot')
  await server.say('hello ' + name)
  await until(name + ' to hear', () => heard.some(s => s.content === 'hello ' + name))
  const session = heard.find(s => s.content === 'hello ' + name)
  assert.deepEqual([session.userId, session.channelId, session.guildId, session.isDirect], [alice, club, club, false])
  assert.equal(session.author.name ?? session.username, 'Alice')

  const [id] = await session.send([h.quote(session.messageId), h.at(alice), h.text(' & <you>')])
  const back = await bot.getMessage(club, id)
  assert.equal(back.quote.id, session.messageId)
  assert.match(back.content, / &amp; &lt;you&gt;$/)
  assert.equal((await bot.getGuildList()).data.length, 2)
  assert.ok((await bot.getGuildMemberList(club)).data.some(m => (m.user ?? m).id === alice))
  assert.equal((await bot.getGuildMember(club, alice)).user.id, alice)
  assert.ok((await bot.getFriendList()).data.some(f => f.id === alice))
  await bot.sendPrivateMessage(alice, 'psst')
  await bot.internal.setGroupCard(club, self, name)
  await assert.rejects(bot.internal.setGroupCard('1', self, name))
  await bot.internal.sendGroupMsgAsync(club, 'at once')
  await bot.deleteMessage(club, id)
  console.log('ok', name)
}

// napcat plays node-napcat-ts.
async function napcat(server) {
  const client = new NCWebsocket({ baseUrl: 'ws://' + server.addr['onebot11-ws'], accessToken: token, throwPromise: true, reconnection: { enable: false } })
  const heard = []
  client.on('message.group', e => { heard.push(e) })
  await client.connect()
  assert.equal((await client.get_login_info()).user_id, Number(self))
  await server.say('hello napcat')
  await until('node-napcat-ts to hear', () => heard.some(e => e.raw_message === 'hello napcat'))
  const event = heard.find(e => e.raw_message === 'hello napcat')
  const sent = await client.send_group_msg({ group_id: event.group_id, message: [Structs.reply(event.message_id), Structs.text('yes'), Structs.face(14)] })
  const back = await client.get_msg({ message_id: sent.message_id })
  assert.deepEqual(back.message.map(s => s.type), ['reply', 'text', 'face'])
  assert.equal((await client.get_group_member_list({ group_id: event.group_id })).length, 4)
  await client.set_msg_emoji_like({ message_id: event.message_id, emoji_id: '76' })
  await assert.rejects(client.get_group_info({ group_id: 1 }))
  client.disconnect()
  console.log('ok node-napcat-ts')
}

const [reverse, hook] = [await freePort(), await freePort()]
const server = await start(reverse, hook)
let failed
try {
  await napcat(server)
  await koishi('ws', server, 0, { protocol: 'ws', endpoint: 'ws://' + server.addr['onebot11-ws'] })
  await koishi('ws-reverse', server, reverse, { protocol: 'ws-reverse', path: '/reverse' })
  await koishi('http', server, hook, { protocol: 'http', path: '/hook', secret: token, endpoint: 'http://' + server.addr['onebot11-http'] })
} catch (error) {
  failed = error
  console.error(error, '\n' + server.log())
}
if (server.child.exitCode === null && server.child.signalCode === null) { // it writes its last files before its folder is removed
  const ended = new Promise((done) => server.child.once('exit', done))
  server.child.kill()
  await ended
}
process.exit(failed ? 1 : 0)
