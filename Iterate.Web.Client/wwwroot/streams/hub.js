// @ts-check

// One server stream over the SignalR JSON hub protocol: handshake, one StreamInvocation, its items, its end.
// A connection per stream keeps resuming simple: a new connection is a new invocation after the last item.

const separator = "\x1e";
const messageType = Object.freeze({ streamItem: 2, completion: 3, streamInvocation: 4, ping: 6, close: 7 });
const pingEveryMs = 15_000;
const silenceMs = 30_000; // the server pings every 15 s; two missed pings mean the line is dead
const invocationId = "0";

/**
 * @typedef {object} HubStreamHandlers
 * @property {(item: any) => void} item
 * @property {(error: string | null) => void} end Called once; null when the connection went away or the stream completed.
 */

export class HubStream {
  #socket;
  #handlers;
  #greeted = false;
  #ended = false;
  #heardAt = performance.now();
  #heart;

  /**
   * @param {string} url http or https address of the hub
   * @param {string} target
   * @param {object} argument
   * @param {HubStreamHandlers} handlers
   */
  constructor(url, target, argument, handlers) {
    this.#handlers = handlers;
    this.#socket = new WebSocket(url.replace(/^http/, "ws"));
    this.#socket.onopen = () => {
      this.#send({ protocol: "json", version: 1 });
      this.#send({ type: messageType.streamInvocation, invocationId, target, arguments: [argument] });
    };
    this.#socket.onmessage = message => this.#receive(String(message.data));
    this.#socket.onclose = () => this.#end(null);
    this.#heart = setInterval(() => this.#beat(), pingEveryMs);
  }

  close() {
    this.#ended = true;
    clearInterval(this.#heart);
    this.#socket.onclose = null;
    this.#socket.onmessage = null;
    this.#socket.onopen = null;
    this.#socket.close();
  }

  /** @param {object} message */
  #send(message) {
    this.#socket.send(JSON.stringify(message) + separator);
  }

  #beat() {
    if (performance.now() - this.#heardAt > silenceMs) this.#end(null);
    else if (this.#greeted) this.#send({ type: messageType.ping });
  }

  /** @param {string} frame One or more records, each closed by the separator. */
  #receive(frame) {
    this.#heardAt = performance.now();
    for (const record of frame.split(separator)) {
      if (record === "" || this.#ended) continue;
      const message = JSON.parse(record);
      if (!this.#greeted) {
        this.#greeted = true;
        if (message.error) this.#end(message.error);
      } else if (message.type === messageType.streamItem) {
        this.#handlers.item(message.item);
      } else if (message.type === messageType.completion || message.type === messageType.close) {
        this.#end(message.error ?? null);
      }
    }
  }

  /** @param {string | null} error */
  #end(error) {
    if (this.#ended) return;
    this.close();
    this.#handlers.end(error);
  }
}
