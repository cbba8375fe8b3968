const day = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`
const time = String.raw`([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?(z|[+-]\d{2}:?\d{2})?`

/**
 * The formats that Claude's structured outputs take, as loosely as people write them: a time may lack its zone. Every
 * pattern is linear in a text that is short.
 */
export const formats: ReadonlyMap<string, RegExp> = new Map([
  ['date', new RegExp(`^${day}$`)],
  ['time', new RegExp(`^${time}$`, 'i')],
  ['date-time', new RegExp(`^${day}[t ]${time}$`, 'i')],
  ['duration', /^P(?=\w)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)$/],
  ['email', /^[^\s@]+@[^\s@]+$/],
  ['hostname', /^[a-z\d_-]{1,63}(\.[a-z\d_-]{1,63})*\.?$/i],
  ['uri', /^[a-z][a-z\d+.-]*:\S+$/i],
  ['ipv4', /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/],
  ['ipv6', /^(?=.*:.*:)[\da-f:.]+(%\w+)?$/i],
  ['uuid', /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i],
])
