// @ts-check
import { chunksOf } from "./lines.js";

const backoffMs = [500, 1_000, 2_000, 5_000];

/**
 * @typedef {object} Import
 * @property {string} project
 * @property {string} id `imp_` id.
 * @property {File} file
 */

/**
 * Sends the lines of a file to an import, chunk by chunk, each as often as it takes: a chunk that was taken before is
 * acknowledged without effect (requirement S-127).
 */
export class ImportSender {
  #import;
  #stopped = new AbortController();

  /** @param {Import} of */
  constructor(of) {
    this.#import = of;
  }

  get file() {
    return this.#import.file;
  }

  stop() {
    this.#stopped.abort();
  }

  /**
   * Sends what follows the lines that were taken, then ends the import.
   * @param {number} lines Lines taken.
   * @returns {Promise<string | null>} Why it did not come to the end; null when it did, was stopped, or stands at a
   *   bad line, which the import itself says.
   */
  async run(lines) {
    const { project, id, file } = this.#import;
    try {
      for await (const body of chunksOf(file, lines)) {
        const status = await this.#call("import-chunk", { project, id, fromLine: lines + 1, body });
        if (status?.state !== "running") return null;
        lines = status.lines;
      }
      await this.#call("import-finish", { project, id });
      return null;
    } catch (error) {
      if (this.#stopped.signal.aborted) return null;
      return error instanceof Refusal ? error.message : "The file cannot be read as UTF-8 text.";
    }
  }

  /**
   * @param {string} method
   * @param {object} request
   * @returns {Promise<any>} The status; null when another page sends the same import.
   */
  async #call(method, request) {
    const { signal } = this.#stopped;
    const body = JSON.stringify(request);
    for (let attempt = 0; ; attempt++) {
      const response = await post(method, body, signal);
      if (response?.ok) return await response.json();
      if (response && response.status < 500) {
        const problem = await response.json();
        if (problem.code === "import-position") return null;
        throw new Refusal(problem.detail ?? problem.title);
      }
      await pause(backoffMs[Math.min(attempt, backoffMs.length - 1)], signal);
    }
  }
}

class Refusal extends Error {}

/**
 * @param {string} method
 * @param {string} body
 * @param {AbortSignal} signal
 * @returns {Promise<Response | null>} Null when the server cannot be reached.
 */
async function post(method, body, signal) {
  try {
    return await fetch(new URL(`api/streams/${method}`, document.baseURI), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}
