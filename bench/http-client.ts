// The benchmark's HTTP client, a process of its own (started by load.ts): POSTs actions over keep-alive connections, one
// request in flight on each, and checks every answer. It ends when its parent disconnects.

import { Agent, request } from 'node:http';
import { benchAction } from './action.ts';
import { drive, type HttpLoad, type HttpLoadAnswer, type Measurement } from './load.ts';

process.on('message', async (load: HttpLoad) => {
  let answer: HttpLoadAnswer;
  try {
    answer = { measured: await measure(load) };
  } catch (error) {
    answer = { failed: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(answer);
});

async function measure(load: HttpLoad): Promise<Measurement> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  try {
    return await drive((i) => (load.actionsPerRequest === 1 ? single(load, agent, i) : batch(load, agent, i)), {
      concurrency: load.connections,
      seconds: load.seconds,
      warmUpSeconds: load.warmUpSeconds,
      actionsPerCall: load.actionsPerRequest,
    });
  } finally {
    agent.destroy();
  }
}

async function single(load: HttpLoad, agent: Agent, i: number): Promise<void> {
  const answer = await post(load, agent, '/v1/consumptions', benchAction(i, load.environments, load.keyPrefix));
  if (answer.status !== 201) throw new Error(`POST /v1/consumptions answered ${answer.status}: ${answer.body.slice(0, 500)}`);
}

async function batch(load: HttpLoad, agent: Agent, i: number): Promise<void> {
  const size = load.actionsPerRequest;
  const actions = Array.from({ length: size }, (_, n) => benchAction(i * size + n, load.environments, load.keyPrefix));
  const answer = await post(load, agent, '/v1/consumptions/batch', { actions });
  // Counted in the text: parsing each answer would cost the machine more than the decision does.
  const accepted = answer.body.split('"status":201').length - 1;
  if (answer.status !== 200 || accepted !== size) {
    throw new Error(`a batch of ${size} answered ${answer.status}, ${accepted} accepted: ${answer.body.slice(0, 500)}`);
  }
}

function post(load: HttpLoad, agent: Agent, path: string, content: object): Promise<{ status: number; body: string }> {
  const body = JSON.stringify(content);
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${load.key}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${load.origin}${path}`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
