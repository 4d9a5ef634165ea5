/** Lines of a stream, in memory for one line. */

/** The lines of bytes in UTF-8, without their newlines. Throws a sentence at a line that is longer than `bytesMax`. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      yield decoder.decode(Buffer.concat([...rest, chunk.subarray(start, end)]));
      [rest, restBytes, start] = [[], 0, end + 1];
    }
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > bytesMax) throw new Error(`A line has more than ${bytesMax} bytes: this is no bundle.`);
  }
  if (restBytes > 0) yield decoder.decode(Buffer.concat(rest));
}

const newline = 10;
