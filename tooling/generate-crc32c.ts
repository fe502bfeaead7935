// Builds packages/protocol/src/primitives/crc32c.wat into the TypeScript file beside it.
import { writeFile } from 'node:fs/promises'
import { embedded, embeddedModule } from './crc32c-module.js'

await writeFile(embedded, await embeddedModule())
