"""The resource graphs of whole programs: run under Pulumi's mocks, compared before and after a rewrite."""
