"""GraphQL over HTTP beside its peers: ``make bench-graphql``."""
