/** The first bytes of images with these dimensions: all that anyone reads of them here. */
export const imageHeaders = {
  png: (width: number, height: number): Buffer => {
    const bytes = Buffer.alloc(33)
    Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1').copy(bytes)
    bytes.writeUInt32BE(width, 16)
    bytes.writeUInt32BE(height, 20)
    return bytes
  },
  gif: (width: number, height: number): Buffer => {
    const bytes = Buffer.from('GIF89a\0\0\0\0\0\0\0', 'latin1')
    bytes.writeUInt16LE(width, 6)
    bytes.writeUInt16LE(height, 8)
    return bytes
  },
  /** With an application segment of the given length before the frame header. */
  jpeg: (width: number, height: number, before = 16): Buffer => {
    const start = Buffer.from([0xff, 0xd8, 0xff, 0xe0, before >> 8, before & 0xff])
    const frame = Buffer.from([0xff, 0xc2, 0, 17, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 3])
    return Buffer.concat([start, Buffer.alloc(before - 2), frame])
  },
  webp: (width: number, height: number): Buffer => {
    const bytes = Buffer.alloc(30)
    Buffer.from('RIFF\0\0\0\0WEBPVP8X', 'latin1').copy(bytes)
    bytes.writeUInt32LE(10, 16)
    bytes.writeUIntLE(width - 1, 24, 3)
    bytes.writeUIntLE(height - 1, 27, 3)
    return bytes
  },
}
