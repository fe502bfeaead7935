import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startJava } from '../src/index.js'

const program = fileURLToPath(new URL('WriteTopic.java', import.meta.url))

test('a Java program that ends unasked fails every question with what it complained about', async () => {
  const java = await startJava(program)
  const questions = await Promise.allSettled([java.ask('one'), java.ask('two')])
  for (const { status } of questions) expect(status).toBe('rejected')
  await expect(java.ask('three')).rejects.toThrow(/java ended with 1:\n.*ArrayIndexOutOfBounds/s)
  await java.stop()
})
