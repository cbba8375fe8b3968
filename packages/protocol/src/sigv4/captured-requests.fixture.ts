/** A request as a real client sent it to a local recorder. */
export interface CapturedRequest {
  readonly client: string
  readonly method: string
  readonly rawPath: string
  readonly rawQuery: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Requests of real clients, recorded on 2026-11-23 (UTC) on a loopback port, unchanged but for shorter user agents.
 * All are signed with AKIDEXAMPLE / wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY.
 */
export const capturedRequests: readonly CapturedRequest[] = [
  {
    client: 'boto3 1.43.11 Converse',
    method: 'POST',
    rawPath: '/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse',
    rawQuery: '',
    headers: {
      host: '127.0.0.1:41925',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent':
        'Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11.7 md/pyimpl#CPython m/D,e,Z,N,b cfg/retry-mode#legacy Botocore/1.43.11',
      'x-amz-date': '20261123T035447Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=dac67c22b147c743b5b756030e2b615f9f8308d00786e259a5b5d401f435cddf',
      'amz-sdk-invocation-id': 'bf629d6c-9673-4b21-8bd3-865378ea4eae',
      'amz-sdk-request': 'attempt=1',
      'content-length': '66',
    },
    body: '{"messages": [{"role": "user", "content": [{"text": "h\\u00e9"}]}]}',
  },
  {
    client: 'boto3 1.43.11 InvokeModel with an ARN',
    method: 'POST',
    rawPath: '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc/invoke',
    rawQuery: '',
    headers: {
      host: '127.0.0.1:41925',
      'accept-encoding': 'identity',
      'user-agent':
        'Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11.7 md/pyimpl#CPython m/D,e,Z,N,b cfg/retry-mode#legacy Botocore/1.43.11',
      'x-amz-date': '20261123T035447Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=ddddabb9add1f110a0f83dbd8f84c4de9b57cc53447759a93a2f7d1cbe0cf189',
      'amz-sdk-invocation-id': '7be51af2-b409-432f-8d55-f1eafed5f523',
      'amz-sdk-request': 'attempt=1',
      'content-length': '16',
    },
    body: '{"max_tokens":1}',
  },
  {
    client: 'boto3 1.43.11 ListFoundationModels',
    method: 'GET',
    rawPath: '/foundation-models',
    rawQuery: 'byProvider=anthropic&byInferenceType=ON_DEMAND',
    headers: {
      host: '127.0.0.1:41925',
      'accept-encoding': 'identity',
      'user-agent':
        'Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11.7 md/pyimpl#CPython m/D,e,Z,N,b cfg/retry-mode#legacy Botocore/1.43.11',
      'x-amz-date': '20261123T035447Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=adcebcbf00c968d564a50b0f4d5e638b7e8a2f809fe16e6e980afe85dadcb7b4',
      'amz-sdk-invocation-id': '81fbc9ba-c9cf-47c6-a21e-a3e9beb16892',
      'amz-sdk-request': 'attempt=1',
    },
    body: '',
  },
  {
    client: 'boto3 1.43.11 STS with a session token',
    method: 'POST',
    rawPath: '/',
    rawQuery: '',
    headers: {
      host: '127.0.0.1:41925',
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'user-agent':
        'Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11.7 md/pyimpl#CPython m/D,e,Z,N,b cfg/retry-mode#legacy Botocore/1.43.11',
      'x-amz-date': '20261123T035447Z',
      'x-amz-security-token': 'IQoJb3JpZ2luX2VjE+/token==',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=e3341ac60f3d5e4f0bc15dab39b50df964e9203544d43c9d229b0d5c0ac41d52',
      'amz-sdk-invocation-id': '910103af-94e7-479d-a189-41485f5f0896',
      'amz-sdk-request': 'attempt=1',
      'content-length': '43',
    },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  },
  {
    client: 'Anthropic bedrock-sdk InvokeModel, colon unescaped',
    method: 'POST',
    rawPath: '/model/us.anthropic.claude-haiku-4-5-20251001-v1:0/invoke',
    rawQuery: '',
    headers: {
      host: '127.0.0.1:39929',
      connection: 'keep-alive',
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'AnthropicBedrock/JS 1.12.0',
      'x-stainless-arch': 'x64',
      'x-stainless-lang': 'js',
      'x-stainless-os': 'Linux',
      'x-stainless-package-version': '1.12.0',
      'x-stainless-retry-count': '0',
      'x-stainless-runtime': 'node',
      'x-stainless-runtime-version': 'v20.20.2',
      'x-stainless-timeout': '600',
      'x-amz-date': '20261123T035520Z',
      'x-amz-content-sha256': '0aa04a16b7eca4e58d09d82ef571df14440daed4cf1ff1d2573243f86e28da31',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-west-2/bedrock/aws4_request, SignedHeaders=accept;content-type;host;x-amz-content-sha256;x-amz-date;x-stainless-arch;x-stainless-lang;x-stainless-os;x-stainless-package-version;x-stainless-retry-count;x-stainless-runtime;x-stainless-runtime-version;x-stainless-timeout, Signature=fbf5ca0e6d294ce91c839ef54016aa94e1888a276113f77098f6f8cbd66ddce3',
      'accept-language': '*',
      'sec-fetch-mode': 'cors',
      'accept-encoding': 'gzip, deflate',
      'content-length': '94',
    },
    body: '{"max_tokens":5,"messages":[{"role":"user","content":"hé"}],"anthropic_version":"2026-10-21"}',
  },
  {
    client: 'AI SDK 4.0.186 Converse, two signed headers',
    method: 'POST',
    rawPath: '/model/eu.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse',
    rawQuery: '',
    headers: {
      host: '127.0.0.1:39929',
      connection: 'keep-alive',
      'content-type': 'application/json',
      'user-agent':
        'ai/6.0.326 ai-sdk/provider-utils/4.0.56 runtime/node.js/v20.20.2 ai-sdk/amazon-bedrock/4.0.186 runtime/node.js/v20.20.2',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/eu-west-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=6819ec9cf6752338564e4ccf55f654a57ac5f895c486330cd87a424e596708df',
      'x-amz-date': '20261123T035520Z',
      accept: '*/*',
      'accept-language': '*',
      'sec-fetch-mode': 'cors',
      'accept-encoding': 'gzip, deflate',
      'content-length': '130',
    },
    body: '{"system":[],"messages":[{"role":"user","content":[{"text":"hé"}]}],"additionalModelResponseFieldPaths":["/delta/stop_sequence"]}',
  },
  {
    client: 'AWS SDK for JavaScript 3.1163 Converse over HTTP/2',
    method: 'POST',
    rawPath: '/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse',
    rawQuery: '',
    headers: {
      ':authority': '127.0.0.1:39947',
      ':path': '/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse',
      ':method': 'POST',
      ':scheme': 'http',
      'content-type': 'application/json',
      'content-length': '57',
      'x-amz-user-agent': 'aws-sdk-js/3.1163.0',
      'user-agent':
        'aws-sdk-js/3.1163.0 ua/2.1 os/linux lang/js md/nodejs#20.20.2 api/bedrock-runtime#3.1163.0 m/N,E,e',
      'amz-sdk-invocation-id': '09942d64-c213-426c-8819-39dd43ded402',
      'amz-sdk-request': 'attempt=1; max=1',
      'x-amz-date': '20261123T035547Z',
      'x-amz-security-token': 'IQoJb3JpZ2luX2VjE+/token==',
      'x-amz-content-sha256': '054f29adfce491f5f3537030509e21bc3f8b755409d5d2006784d71a2743c7b2',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=:authority;amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-user-agent, Signature=0a5042087597d71848512a51cf4a0c0ab8512c42e8c1b07c057347600b55f860',
    },
    body: '{"messages":[{"role":"user","content":[{"text":"hé"}]}]}',
  },
  {
    client: 'AWS SDK for JavaScript 3.1163 Converse over HTTP/2 with an ARN',
    method: 'POST',
    rawPath: '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse',
    rawQuery: '',
    headers: {
      ':authority': '127.0.0.1:39947',
      ':path': '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse',
      ':method': 'POST',
      ':scheme': 'http',
      'content-type': 'application/json',
      'content-length': '57',
      'x-amz-user-agent': 'aws-sdk-js/3.1163.0',
      'user-agent':
        'aws-sdk-js/3.1163.0 ua/2.1 os/linux lang/js md/nodejs#20.20.2 api/bedrock-runtime#3.1163.0 m/N,E,e',
      'amz-sdk-invocation-id': '3f02e21f-be85-4795-a2fc-68c5c003f276',
      'amz-sdk-request': 'attempt=1; max=1',
      'x-amz-date': '20261123T035547Z',
      'x-amz-security-token': 'IQoJb3JpZ2luX2VjE+/token==',
      'x-amz-content-sha256': '054f29adfce491f5f3537030509e21bc3f8b755409d5d2006784d71a2743c7b2',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=:authority;amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-user-agent, Signature=d6bc64e7040284804975818aa67c9fdb219377c25433f1615a8ae3ddfbfa17d8',
    },
    body: '{"messages":[{"role":"user","content":[{"text":"hé"}]}]}',
  },
]
