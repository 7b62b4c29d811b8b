import { fork } from 'node:child_process';
import { extname } from 'node:path';
import type { Resources } from '../results.ts';
import type { ResourceAnswer, ResourceQuestion } from './protocol.ts';

/**
 * Measures one model in a process of its own, so that the memory is the model's and no session of another one takes a thread from
 * it. An error if the process fails.
 */
export function measureResources(question: ResourceQuestion): Promise<Resources> {
  // Beside this file, compiled as it is.
  const entry = new URL(`./process${extname(import.meta.url)}`, import.meta.url);
  const child = fork(entry, [], {
    serialization: 'advanced',
    execArgv: [],
    env: process.env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.on('message', (answer: ResourceAnswer) => {
      if ('resources' in answer) resolve(answer.resources);
      else reject(new Error(answer.error));
    });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      reject(new Error(`the process that measures ${question.file} ended: ${signal ?? code}`)),
    );
    // A failure to send is one of the process, of which its exit tells.
    child.send(question, () => undefined);
  });
}
