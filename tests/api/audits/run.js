// Runs every audit of graphql-http against the address given and prints how many passed and which did not.
import { serverAudits } from 'graphql-http';

let ok = 0;
const bad = [];
for (const audit of serverAudits({ url: process.argv[2], fetchFn: fetch })) {
  const result = await audit.fn();
  if (result.status === 'ok') ok += 1;
  else bad.push(`${audit.id} ${audit.name}: ${result.reason}`);
}
console.log(JSON.stringify({ ok, bad }));
