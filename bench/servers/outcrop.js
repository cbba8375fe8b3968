// Outcrop as built, in strict mode, with the simulator at full speed.
import { defaultConfig, startServer } from '@outcrop/server'
import { answerQuestions, credential } from '../lib.js'

const server = await startServer({
  ...defaultConfig,
  listen: { host: '127.0.0.1', port: 0 },
  auth: { mode: 'strict', credentials: [{ user: 'bench', ...credential }] },
  simulator: { ...defaultConfig.simulator, tokensPerSecond: 0 },
})
answerQuestions(server.port)
