// Follows the log with the npm clients, taking up again after every break from the last position heard; prints them all.
// node follow.js ADDRESS ws|sse LAST: ends once the position LAST was heard.
import { createClient as socketClient } from 'graphql-ws';
import { createClient as streamClient } from 'graphql-sse';
import WebSocket from 'ws';

const [address, how, last] = process.argv.slice(2);
const query = 'subscription ($after: Int) { events(after: $after) { position } }';
const heard = [];
let breaks = 0;
while (heard.at(-1) !== Number(last)) {
  const client =
    how === 'ws'
      ? socketClient({ url: address.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 })
      : streamClient({ url: address, retryAttempts: 0 });
  try {
    for await (const told of client.iterate({ query, variables: { after: heard.at(-1) ?? 0 } })) {
      heard.push(told.data.events.position);
      console.error(told.data.events.position);
      if (heard.at(-1) === Number(last)) break;
    }
  } catch (error) {
    breaks += 1;
    await new Promise((again) => setTimeout(again, 100));
  }
  client.dispose();
}
console.log(JSON.stringify({ heard, breaks }));
process.exit(0);
