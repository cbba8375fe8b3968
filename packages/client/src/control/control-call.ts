/** What one call of the control plane may have beside its input. */
export interface ControlCall {
  readonly signal?: AbortSignal | undefined
}
