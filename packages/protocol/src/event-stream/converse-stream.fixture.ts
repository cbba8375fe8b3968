/** The events of one ConverseStream answer, in order: their types and payloads as Bedrock words them (WIRE §4.4). */
export const converseEvents: ReadonlyArray<readonly [type: string, payload: string]> = [
  ['messageStart', '{"p":"abcdef","role":"assistant"}'],
  ['contentBlockDelta', '{"contentBlockIndex":0,"delta":{"text":"Let me look."},"p":"abcdefghij"}'],
  [
    'contentBlockDelta',
    '{"contentBlockIndex":0,"delta":{"text":" Grüße, 世界 👋"},"p":"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345678"}',
  ],
  ['contentBlockStop', '{"contentBlockIndex":0,"p":"abc"}'],
  [
    'contentBlockStart',
    '{"contentBlockIndex":1,"p":"abcd","start":{"toolUse":{"name":"find","toolUseId":"tooluse_0aB1cD2eF3gH4iJ5kL6mN7","type":"tool_use"}}}',
  ],
  ['contentBlockDelta', '{"contentBlockIndex":1,"delta":{"toolUse":{"input":""}},"p":"ab"}'],
  ['contentBlockDelta', '{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\\"q\\": 1}"}},"p":"abcdefg"}'],
  ['contentBlockStop', '{"contentBlockIndex":1,"p":"abcdefghijk"}'],
  ['messageStop', '{"p":"abcde","stopReason":"tool_use"}'],
  [
    'metadata',
    '{"metrics":{"latencyMs":1711},"p":"abc","usage":{"inputTokens":446,"outputTokens":55,"serverToolUsage":{},"totalTokens":501}}',
  ],
]

/** The bytes of that answer, written once by AWS's own codec (@smithy/eventstream-codec 4.5.2) and kept. */
export const converseStream: Uint8Array = Uint8Array.from(
  atob(
    [
      'AAAAgwAAAFIWASXzCzpldmVudC10eXBlBwAMbWVzc2FnZVN0YXJ0DTpjb250ZW50LXR5cGUHABBhcHBsaWNhdGlvbi9qc29uDTptZXNzYWdlLX',
      'R5cGUHAAVldmVudHsicCI6ImFiY2RlZiIsInJvbGUiOiJhc3Npc3RhbnQifQzWKawAAACvAAAAV2JaE3kLOmV2ZW50LXR5cGUHABFjb250ZW50',
      'QmxvY2tEZWx0YQ06Y29udGVudC10eXBlBwAQYXBwbGljYXRpb24vanNvbg06bWVzc2FnZS10eXBlBwAFZXZlbnR7ImNvbnRlbnRCbG9ja0luZG',
      'V4IjowLCJkZWx0YSI6eyJ0ZXh0IjoiTGV0IG1lIGxvb2suIn0sInAiOiJhYmNkZWZnaGlqIn0YFxmlAAAA6wAAAFfPKe3wCzpldmVudC10eXBl',
      'BwARY29udGVudEJsb2NrRGVsdGENOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50eyJjb250ZW',
      '50QmxvY2tJbmRleCI6MCwiZGVsdGEiOnsidGV4dCI6IiBHcsO8w59lLCDkuJbnlYwg8J+RiyJ9LCJwIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1',
      'dnd4eXpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWjAxMjM0NTY3OCJ90+eLBAAAAIcAAABW5OxHKgs6ZXZlbnQtdHlwZQcAEGNvbnRlbnRCbG',
      '9ja1N0b3ANOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50eyJjb250ZW50QmxvY2tJbmRleCI6',
      'MCwicCI6ImFiYyJ9y6nrtwAAAOwAAABXfQkx4As6ZXZlbnQtdHlwZQcAEWNvbnRlbnRCbG9ja1N0YXJ0DTpjb250ZW50LXR5cGUHABBhcHBsaW',
      'NhdGlvbi9qc29uDTptZXNzYWdlLXR5cGUHAAVldmVudHsiY29udGVudEJsb2NrSW5kZXgiOjEsInAiOiJhYmNkIiwic3RhcnQiOnsidG9vbFVz',
      'ZSI6eyJuYW1lIjoiZmluZCIsInRvb2xVc2VJZCI6InRvb2x1c2VfMGFCMWNEMmVGM2dINGlKNWtMNm1ONyIsInR5cGUiOiJ0b29sX3VzZSJ9fX',
      '1Wj7ySAAAAqAAAAFfQes9pCzpldmVudC10eXBlBwARY29udGVudEJsb2NrRGVsdGENOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pzb24N',
      'Om1lc3NhZ2UtdHlwZQcABWV2ZW50eyJjb250ZW50QmxvY2tJbmRleCI6MSwiZGVsdGEiOnsidG9vbFVzZSI6eyJpbnB1dCI6IiJ9fSwicCI6Im',
      'FiIn3bZZ6YAAAAtwAAAFcyys86CzpldmVudC10eXBlBwARY29udGVudEJsb2NrRGVsdGENOmNvbnRlbnQtdHlwZQcAEGFwcGxpY2F0aW9uL2pz',
      'b24NOm1lc3NhZ2UtdHlwZQcABWV2ZW50eyJjb250ZW50QmxvY2tJbmRleCI6MSwiZGVsdGEiOnsidG9vbFVzZSI6eyJpbnB1dCI6IntcInFcIj',
      'ogMX0ifX0sInAiOiJhYmNkZWZnIn1MpcnGAAAAjwAAAFbUnAzrCzpldmVudC10eXBlBwAQY29udGVudEJsb2NrU3RvcA06Y29udGVudC10eXBl',
      'BwAQYXBwbGljYXRpb24vanNvbg06bWVzc2FnZS10eXBlBwAFZXZlbnR7ImNvbnRlbnRCbG9ja0luZGV4IjoxLCJwIjoiYWJjZGVmZ2hpamsifU',
      'IZnu0AAACGAAAAUUfo+zkLOmV2ZW50LXR5cGUHAAttZXNzYWdlU3RvcA06Y29udGVudC10eXBlBwAQYXBwbGljYXRpb24vanNvbg06bWVzc2Fn',
      'ZS10eXBlBwAFZXZlbnR7InAiOiJhYmNkZSIsInN0b3BSZWFzb24iOiJ0b29sX3VzZSJ961NB3AAAANsAAABOCmP9tgs6ZXZlbnQtdHlwZQcACG',
      '1ldGFkYXRhDTpjb250ZW50LXR5cGUHABBhcHBsaWNhdGlvbi9qc29uDTptZXNzYWdlLXR5cGUHAAVldmVudHsibWV0cmljcyI6eyJsYXRlbmN5',
      'TXMiOjE3MTF9LCJwIjoiYWJjIiwidXNhZ2UiOnsiaW5wdXRUb2tlbnMiOjQ0Niwib3V0cHV0VG9rZW5zIjo1NSwic2VydmVyVG9vbFVzYWdlIj',
      'p7fSwidG90YWxUb2tlbnMiOjUwMX19WDmYRg==',
    ].join(''),
  ),
  (char) => char.charCodeAt(0),
)
