import { AnthropicBedrock } from '@outcrop/client'
import { answerTasks } from './answer-tasks.js'

answerTasks((baseURL) => new AnthropicBedrock({ baseURL, awsRegion: 'us-west-2' }))
