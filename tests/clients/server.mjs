// A server on a free port of the loopback interface that gives one answer after another.
import http from 'node:http';

export class StaticServer {
  #server;
  #answer = null;
  requests = [];

  async start() {
    this.#server = http.createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        this.requests.push({
          method: request.method,
          path: request.url,
          headers: request.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        const { status, headers, body } = this.#answer;
        response.writeHead(status, headers);
        response.end(body);
      });
    });
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  /// What every request gets from now on. `body`: a string or a Buffer.
  answerWith(body, { status = 200, headers = {}, contentType = 'application/json' } = {}) {
    this.#answer = { status, headers: { 'content-type': contentType, ...headers }, body };
    this.requests = [];
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
