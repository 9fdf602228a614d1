// The published TypeScript types of Milky carry validators of their own. What
// this package has recorded, and what the built program says, must pass them.
// They are of 1.2: what came with 1.3 is named below.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Event, zodApiCategories } from '@saltify/milky-types'

const since13 = { apis: ['persist_group_file'], events: ['group_disband'] }
const apis = Object.assign({}, ...Object.values(zodApiCategories).map(c => c.apis))
const testdata = process.env.RECORDED // by the tests of the package above

// check is the answer as the types read it.
function check(name, schema, value) {
  if (!schema) return value
  const read = schema.safeParse(value)
  assert.ok(read.success, `${name}: ${JSON.stringify(value)}\n${read.error}`)
  return read.data
}

function checkCall(name, request, response) {
  if (since13.apis.includes(name)) return
  assert.ok(apis[name], `${name} is none of the types' APIs`)
  if (response.status !== 'ok') return
  check(`${name} takes`, apis[name].requestSchema, request ?? {})
  check(`${name} answers`, apis[name].responseSchema, response.data)
}

test('every API of the types is in the reference, and its example passes', () => {
  const examples = JSON.parse(readFileSync(join(testdata, 'examples.json'), 'utf8'))
  assert.deepEqual(Object.keys(apis).sort(), Object.keys(examples).filter(n => !since13.apis.includes(n)).sort())
  for (const [name, e] of Object.entries(examples)) checkCall(name, e.request, e.response)
})

test('recorded answers pass', () => {
  for (const file of readdirSync(join(testdata, 'apis'))) {
    const call = JSON.parse(readFileSync(join(testdata, 'apis', file), 'utf8'))
    checkCall(file.split('.')[0], call.request, call.response)
  }
})

test('recorded events pass', () => {
  const kinds = new Set()
  for (const file of readdirSync(join(testdata, 'events'))) {
    const event = JSON.parse(readFileSync(join(testdata, 'events', file), 'utf8'))
    if (since13.events.includes(event.event_type)) continue
    check(file, Event, event)
    kinds.add(event.event_type)
  }
  assert.equal(kinds.size, 20)
})

const token = 'a-token-of-the-types'
let dir, program, milky, admin

async function until(what, ask) {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise(r => setTimeout(r, 50))) {
    const found = await ask()
    if (found) return found
  }
  assert.fail(`waited too long for ${what}`)
}

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'llbot-types-'))
  writeFileSync(join(dir, 'llbot.yaml'), `admin: {port: 0}\nendpoints:\n  - {kind: milky, port: 0, token: ${token}, report_self: true}\n`)
  program = spawn(process.env.LLBOT, ['--config', join(dir, 'llbot.yaml'), '--data', join(dir, 'data')])
  let printed = ''
  for (const out of [program.stdout, program.stderr]) out.on('data', text => { printed += text })
  const port = name => printed.match(new RegExp(`^  ${name}\\s+(http://[0-9.:]+)`, 'm'))?.[1]
  milky = await until('the port', () => port('milky'))
  admin = await until('the admin port', () => port('admin'))
  await until('readiness', () => fetch(`${admin}/readyz`).then(r => r.ok, () => false))
})

after(() => {
  program?.kill('SIGKILL')
  if (dir) rmSync(dir, { recursive: true, force: true })
})

async function call(name, params = {}) {
  const response = await fetch(`${milky}/api/${name}`, {
    method: 'POST', body: JSON.stringify(params), headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
  })
  const answer = await response.json()
  assert.equal(answer.status, 'ok', `${name}: ${JSON.stringify(answer)}`)
  checkCall(name, params, answer)
  return answer.data
}

test('the program says what the types read', async () => {
  const stop = new AbortController()
  const heard = []
  const stream = await fetch(`${milky}/event?access_token=${token}`, { signal: stop.signal })
  const reading = (async () => {
    let rest = ''
    for await (const text of stream.body.pipeThrough(new TextDecoderStream())) {
      const messages = (rest + text).split('\n\n')
      rest = messages.pop()
      for (const m of messages) {
        const data = m.split('\n').find(l => l.startsWith('data: '))
        if (data) heard.push(JSON.parse(data.slice(6)))
      }
    }
  })().catch(e => { if (e.name !== 'AbortError') throw e })

  const picture = { type: 'image', data: { uri: 'base64://iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==' } }
  const { uin } = await call('get_login_info')
  for (const name of ['get_impl_info', 'get_friend_list', 'get_group_list', 'get_peer_pins', 'get_csrf_token', 'get_friend_requests', 'get_group_notifications']) await call(name)
  const said = await call('send_group_message', { group_id: 654321, message: [picture, { type: 'mention', data: { user_id: 10001 } }] })
  await call('send_group_message', { group_id: 654321, message: [{ type: 'reply', data: { message_seq: said.message_seq } }, { type: 'face', data: { face_id: '14' } }] })
  await call('send_private_message', { user_id: 10001, message: [{ type: 'forward', data: { messages: [{ user_id: 10001, sender_name: 'A', segments: [picture] }] } }] })
  await call('send_private_message', { user_id: 10003, message: [{ type: 'text', data: { text: 'through a group' } }] })
  await call('upload_private_file', { user_id: 10001, file_uri: 'base64://aGk=', file_name: 'a.txt' })
  await call('upload_group_file', { group_id: 654321, file_uri: 'base64://aGk=', file_name: 'a.txt' })
  await call('get_group_files', { group_id: 654321 })
  await call('set_group_member_mute', { group_id: 654321, user_id: 10002, duration: 60 })
  await call('set_group_member_admin', { group_id: 654321, user_id: 10001 })
  await call('set_group_essence_message', { group_id: 654321, message_seq: said.message_seq })
  await call('get_group_essence_messages', { group_id: 654321, page_index: 0, page_size: 5 })
  await call('send_group_message_reaction', { group_id: 654321, message_seq: said.message_seq, reaction: '14' })
  await call('set_group_name', { group_id: 654321, new_group_name: 'types' })
  await call('send_group_nudge', { group_id: 654321, user_id: 10001 })
  await call('recall_group_message', { group_id: 654321, message_seq: said.message_seq })
  await call('kick_group_member', { group_id: 654321, user_id: 10002 })
  for (const chat of [{ message_scene: 'group', peer_id: 654321 }, { message_scene: 'friend', peer_id: 10001 }, { message_scene: 'temp', peer_id: 10003 }]) {
    assert.notEqual((await call('get_history_messages', chat)).messages.length, 0)
  }
  await until('the last event', () => heard.some(e => e.event_type === 'group_member_decrease'))
  stop.abort()
  await reading
  for (const e of heard) assert.equal(check('event', Event, e).self_id, uin)
  const kinds = new Set(heard.map(e => e.event_type))
  for (const kind of ['message_receive', 'message_recall', 'friend_file_upload', 'group_file_upload', 'group_mute', 'group_admin_change',
    'group_essence_message_change', 'group_message_reaction', 'group_name_change', 'group_nudge']) assert.ok(kinds.has(kind), `no ${kind} came`)
})
