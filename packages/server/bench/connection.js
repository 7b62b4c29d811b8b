import { connect } from 'node:net';

/**
 * A connection that asks one thing at a time. Node's own client takes a millisecond of processor for each request where other processes compete for it; who measures a
 * server on the machine that it runs on takes that from the server. Answers must tell their length.
 */
export class Connection {
  /** Whether nothing more can be asked. */
  closed = false;
  #socket;
  #host;
  #waiting;
  #received = [];

  constructor(port) {
    this.#host = `127.0.0.1:${port}`;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (data) => this.#receive(data));
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('close', () => {
      this.closed = true;
      this.#waiting?.reject(new Error('the server has closed the connection'));
    });
  }

  /** `body`: a Buffer of JSON. `head`: of the answer. */
  post(path, body) {
    const head = `POST ${path} HTTP/1.1\r\nhost: ${this.#host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    return new Promise((resolve, reject) => {
      if (this.closed) throw new Error('the server has closed the connection');
      this.#waiting = { resolve, reject };
      this.#socket.write(Buffer.concat([Buffer.from(head), body]));
    });
  }

  end() {
    this.#socket.destroy();
  }

  #receive(data) {
    this.#received.push(data);
    const bytes = this.#received.length === 1 ? data : Buffer.concat(this.#received);
    const end = bytes.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = bytes.toString('latin1', 0, end);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    const { resolve, reject } = this.#waiting;
    if (length === undefined) reject(new Error(`an answer that does not tell its length: ${head}`));
    else if (bytes.length >= end + 4 + Number(length)) {
      this.#received = [];
      this.#waiting = undefined;
      this.closed ||= /^connection: *close/im.test(head);
      resolve({ status: Number(head.slice(9, 12)), head });
    }
  }
}
