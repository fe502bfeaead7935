import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SQSBatchResponse } from 'aws-lambda'
import { onTestFinished } from 'vitest'
import { argumentsToRun } from '../../../test/program.js'

export interface FrozenEnvironment {
  /** Thaws the process for one call, and freezes it in the moment of the answer. */
  call(messages: readonly string[]): Promise<SQSBatchResponse>
}

/** The function in a process of its own, which is stopped by SIGSTOP between two calls, as Lambda freezes it. */
export async function startFrozen(bootstrapServers: string): Promise<FrozenEnvironment> {
  const program = fileURLToPath(new URL('fixtures/environment.ts', import.meta.url))
  const child = spawn(process.execPath, await argumentsToRun(program), {
    env: { ...process.env, KAFKA: bootstrapServers },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let id = 0
  return {
    async call(messages) {
      const Records = messages.map((body) => ({ messageId: `m-${id++}`, body }))
      child.kill('SIGCONT')
      child.stdin.write(`${JSON.stringify({ Records })}\n`)
      const answer = await answerIn(printed)
      child.kill('SIGSTOP')
      return answer
    },
  }
}

/** What is printed before the answer is the function's log. */
async function answerIn(lines: AsyncIterator<string>): Promise<SQSBatchResponse> {
  for (;;) {
    const { value, done } = await lines.next()
    if (done) throw new Error('the environment has ended without an answer')
    if (value.startsWith('answer ')) return JSON.parse(value.slice('answer '.length))
  }
}
