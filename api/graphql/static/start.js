// Starts GraphiQL with the example queries as tabs. What is typed in a tab stays in it until the page is left.
'use strict';
(function () {
  var element = React.createElement;
  var here = new URLSearchParams(window.location.search);
  var tabs = [];
  var chosen = 0;

  function fetcher(parameters) {
    return fetch('graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(parameters),
    }).then(function (response) { return response.json(); });
  }

  function draw() {
    var tab = tabs[chosen];
    ReactDOM.render(
      element(GraphiQL, {
        fetcher: fetcher,
        query: tab.query,
        variables: tab.variables || '',
        defaultVariableEditorOpen: Boolean(tab.variables),
        headerEditorEnabled: false,
        onEditQuery: function (query) { tabs[chosen].query = query; },
        onEditVariables: function (variables) { tabs[chosen].variables = variables; },
      }),
      document.getElementById('graphiql')
    );
    Array.prototype.forEach.call(document.querySelectorAll('#examples button:not(.cite)'), function (button, number) {
      button.setAttribute('aria-pressed', String(number === chosen));
    });
  }

  // Cites the query of the tab, then shows the page of the citation, or what is wrong.
  function citing() {
    var tab = tabs[chosen];
    var told = { query: tab.query };
    try {
      if (tab.variables) { told.variables = JSON.parse(tab.variables); }
    } catch (error) {
      window.alert('The variables are not JSON: ' + error.message);
      return;
    }
    fetch('citations', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(told),
    }).then(function (response) { return response.json(); }).then(function (answer) {
      if (answer.id) { window.location = 'citations/' + answer.id; } else { window.alert(answer.detail || answer.title); }
    });
  }

  function start(examples) {
    if (here.get('query')) {
      tabs.push({ name: 'your query', query: here.get('query'), variables: here.get('variables') || '' });
    }
    tabs = tabs.concat(examples);
    var bar = document.getElementById('examples');
    tabs.forEach(function (tab, number) {
      var button = document.createElement('button');
      button.type = 'button';
      button.textContent = tab.name;
      button.addEventListener('click', function () { chosen = number; draw(); });
      bar.appendChild(button);
    });
    var cite = document.createElement('button');
    cite.type = 'button';
    cite.className = 'cite';
    cite.textContent = 'Cite';
    cite.title = 'Keep this query, the state of the archive and the hash of its answer under an address for good';
    cite.addEventListener('click', citing);
    bar.appendChild(cite);
    var home = document.createElement('a');
    home.href = '.';
    home.textContent = 'Council Archive';
    bar.appendChild(home);
    draw();
  }

  fetch('graphql/static/examples.json')
    .then(function (response) { return response.json(); })
    .then(start);
})();
