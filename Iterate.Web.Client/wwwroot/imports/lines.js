// @ts-check

/** Characters of a chunk: quoted as JSON they may grow, and a call has at most 9 MiB. */
const chunkLength = 1024 * 1024;

/**
 * A text file in chunks of whole lines, without its first lines. Each chunk ends with a line break.
 * @param {Blob} file UTF-8.
 * @param {number} skip Lines to leave out.
 * @returns {AsyncGenerator<string>}
 * @throws {TypeError} The file is not UTF-8, or cannot be read any more.
 */
export async function* chunksOf(file, skip) {
  const reader = file.stream().pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    rest += read.value;
    let start = 0;
    for (; skip > 0 && rest.includes("\n", start); skip--) start = rest.indexOf("\n", start) + 1;
    rest = rest.slice(start);
    const end = skip === 0 && rest.length >= chunkLength ? rest.lastIndexOf("\n") + 1 : 0;
    if (end > 0) {
      yield rest.slice(0, end);
      rest = rest.slice(end);
    }
  }
  if (skip === 0 && rest !== "") yield rest.endsWith("\n") ? rest : `${rest}\n`;
}
