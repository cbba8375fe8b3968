/** The path of an operation on a model; the id is one segment, so an ARN's slashes are escaped (WIRE §1.5). */
export function modelPath(modelId: string, operation: string): string {
  return `/model/${encodeURIComponent(modelId)}/${operation}`
}
