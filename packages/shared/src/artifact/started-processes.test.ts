import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startedProcesses } from './started-processes.ts';

const linux = existsSync('/proc/self/task');
const mebibyte = 2 ** 20;

/** A process that answers each line on its standard input, a program, by what that gives; `start()` starts another one like it, whose number it gives. */
const program = `
const { spawn } = require('node:child_process');
const children = [];
const kept = [];
const start = () => {
  const child = spawn(process.execPath, ['-e', process.env.PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child.pid;
};
const ask = (child, line) => new Promise((done) => { children[child].stdout.once('data', done); children[child].stdin.write(line + '\\n'); });
const end = () => new Promise((done) => { children[0].once('exit', done); children[0].stdin.end(); });
const burn = (ms) => { const from = process.cpuUsage(); while (process.cpuUsage(from).user < 1000 * ms); };
require('node:readline').createInterface({ input: process.stdin })
  .on('line', async (line) => console.log(String(await eval(line))))
  .on('close', () => process.exit());
`;

let stage: ChildProcess;
beforeEach(() => {
  stage = spawn(process.execPath, ['-e', program], {
    env: { ...process.env, PROGRAM: program },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
});
afterEach(async () => {
  stage.stdin?.end();
  if (stage.exitCode === null) await once(stage, 'exit');
});

async function tell(line: string): Promise<string> {
  stage.stdin?.write(`${line}\n`);
  const [answer] = await once(stage.stdout ?? stage, 'data');
  return String(answer).trim();
}

(linux ? describe : describe.skip)('startedProcesses', () => {
  it('tells of a worker its memory and its processor time', async () => {
    await tell('start()');
    const look = startedProcesses({ of: stage.pid });
    await tell(`ask(0, 'kept.push(Buffer.alloc(${64 * mebibyte}, 1)); burn(100)')`);
    const used = look();
    expect(used?.memoryBytes).toBeGreaterThan(64 * mebibyte);
    expect(used?.cpuSeconds).toBeGreaterThanOrEqual(0.09);
  });

  it('counts what a worker has started', async () => {
    await tell('start()');
    await tell("ask(0, 'start()')");
    const look = startedProcesses({ of: stage.pid });
    await tell(`ask(0, 'ask(0, "burn(100)")')`);
    expect(look()?.cpuSeconds).toBeGreaterThanOrEqual(0.09);
  });

  it('counts once the files that two map', async () => {
    const look = startedProcesses({ of: stage.pid });
    await tell('start()');
    await tell("ask(0, '1')");
    const one = look()?.memoryBytes ?? 0;
    await tell('start()');
    await tell("ask(1, '1')");
    // Node's own program is some 40 MiB that each of them maps.
    expect(look()?.memoryBytes).toBeLessThan(2 * one - 20 * mebibyte);
  });

  it('does not lose what a worker used that has ended', async () => {
    await tell('start()');
    const look = startedProcesses({ of: stage.pid });
    await tell("ask(0, 'burn(100)')");
    await tell('end()');
    const used = look();
    expect(used?.memoryBytes).toBe(0);
    expect(used?.cpuSeconds).toBeGreaterThanOrEqual(0.09);
  });

  it('tells of nothing where nothing was started', async () => {
    await tell('1');
    expect(startedProcesses({ of: stage.pid })()).toBeUndefined();
  });

  it('leaves one out that is none of them', async () => {
    const recorder = Number(await tell('start()'));
    expect(startedProcesses({ of: stage.pid, without: recorder })()).toBeUndefined();
  });

  it('is never less than nothing, where a worker is lost with the one that started it', async () => {
    await tell('start()');
    await tell("ask(0, 'start()')");
    await tell(`ask(0, 'ask(0, "burn(100)")')`);
    const look = startedProcesses({ of: stage.pid });
    const killed = "new Promise((done) => children[0].once('exit', done))";
    await tell(`process.kill(children[0].pid, 'SIGKILL'), ${killed}`);
    expect(look()?.cpuSeconds).toBe(0);
  });
});
