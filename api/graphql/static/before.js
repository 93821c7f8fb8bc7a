// GraphiQL's bundle assigns this name; undeclared, it would fall back on evaluating text, which the page's policy forbids.
var regeneratorRuntime; // eslint-disable-line no-unused-vars, no-var
