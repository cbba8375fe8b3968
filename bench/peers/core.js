// The floor: Anthropic's SDK itself, which signs nothing and decodes server-sent events.
import Anthropic from '@anthropic-ai/sdk'
import { answerTasks } from './answer-tasks.js'

answerTasks((baseURL) => new Anthropic({ baseURL, apiKey: 'none' }))
