import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'
import { answerTasks } from './answer-tasks.js'

answerTasks((baseURL) => new AnthropicBedrock({ baseURL, awsRegion: 'us-west-2' }))
