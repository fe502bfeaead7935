import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { exitOf, spawnChild } from './child.js'
import { fetchKafka } from './fetch-kafka.js'
import { programArguments } from './java.js'

/** A Java program that answers each line of its input with one line: with `failed` and a reason where it could not do it. */
export interface JavaProcess {
  /** Sends a line, many at a time if wanted; rejects where that failed, and with what Java complained about where it ended. */
  ask(line: string): Promise<string>
  stop(): Promise<void>
}

interface Question {
  resolve(answer: string): void
  reject(error: Error): void
}

/** Starts a Java source file with Kafka's jars. It ends with this process at the latest. */
export async function startJava(program: string): Promise<JavaProcess> {
  const java = await programArguments(await fetchKafka(), program)
  const child = spawnChild('java', java, { stdio: 'pipe' })
  const questions: Question[] = []
  createInterface({ input: child.stdout! }).on('line', (line) => questions.shift()?.resolve(line))
  // Writing to a process that has ended fails; why it ended is told by its end.
  child.stdin!.on('error', () => {})
  const ended = endOf(child, child.stderr!)
  void ended.then((error) => {
    for (const { reject } of questions.splice(0)) reject(error)
  })
  return {
    ask: (line) => ask(child, questions, ended, line),
    async stop() {
      child.stdin!.end()
      await ended
    },
  }
}

async function ask(
  child: ChildProcess,
  questions: Question[],
  ended: Promise<Error>,
  line: string,
): Promise<string> {
  if (child.exitCode !== null || child.signalCode !== null) throw await ended
  const answer = await new Promise<string>((resolve, reject) => {
    questions.push({ resolve, reject })
    child.stdin!.write(`${line}\n`)
  })
  if (answer.startsWith('failed ')) throw new Error(`Kafka's client: ${line}: ${answer}`)
  return answer
}

async function endOf(child: ChildProcess, stderr: Readable): Promise<Error> {
  const complaints = text(stderr)
  await exitOf(child)
  return new Error(`java ended with ${child.exitCode ?? child.signalCode}:\n${await complaints}`)
}
