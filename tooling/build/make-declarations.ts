import { currentDeclarations } from './declarations.js'

/* Before the packages build side by side: else two of them would find no declarations, and each would make all. */
currentDeclarations()
