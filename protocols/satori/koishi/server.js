// A running llbot: the program, its configuration on free ports, and the
// commands that play people.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const token = 'a-token-for-koishi'
export const bot = '1234567890', second = '2222222222'
export const alice = '10001', bob = '10002', carol = '10003', dave = '10101'
export const group = '123456'

// until waits for a condition and answers what it gives.
export async function until(what, condition, patience = 15_000) {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(20)) {
    const value = await condition()
    if (value) return value
  }
  throw new Error(`waited too long for ${what}`)
}

export class Server {
  port = 0
  output = ''

  static async start() {
    const server = new Server()
    server.binary = process.env.LLBOT
    if (!server.binary) throw new Error('LLBOT must name the built program; use ./run')
    server.folder = await mkdtemp(join(tmpdir(), 'llbot-koishi-'))
    await server.up()
    return server
  }

  // up starts the program: the first time on any ports, then on the same.
  async up() {
    this.output = ''
    const file = join(this.folder, 'llbot.yaml')
    await writeFile(file, [
      'admin: {port: 0}',
      'durability: strict', // what was heard outlives a kill
      'accounts: [{uin: 1234567890}, {uin: 2222222222, nickname: second}]',
      `endpoints: [{kind: satori, port: ${this.port}, token: "${token}"}]`, '',
    ].join('\n'))
    this.place = ['--config', file, '--data', join(this.folder, 'data')]
    this.process = spawn(this.binary, this.place, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', text => { this.output += text })
    const address = name => this.output.match(new RegExp(`^  ${name}\\s+http://([0-9.]+:([0-9]+))`, 'm'))
    await until('the addresses', () => address('admin') && address('satori')).catch(error => {
      throw new Error(`${error.message}\n${this.output}`)
    })
    this.admin = 'http://' + address('admin')[1]
    this.port = Number(address('satori')[2])
    await until('readiness', () => fetch(this.admin + '/readyz').then(r => r.ok, () => false))
  }

  get url() { return `http://127.0.0.1:${this.port}` }

  // down ends the program: politely, or as a power cut would.
  async down(signal = 'SIGTERM') {
    const ended = new Promise(resolve => this.process.once('exit', resolve))
    this.process.kill(signal)
    await ended
  }

  async remove() {
    await this.down()
    await rm(this.folder, { recursive: true, force: true })
  }

  // play runs one of the program's commands against the running server.
  async play(...words) {
    const { stdout } = await run(this.binary, [...words, ...this.place, '--url', this.admin])
    return stdout
  }

  say(text, ...more) { return this.play('say', '--group', group, '--as', alice, ...more, text) }
}
