"""The linter's rules, a module a subject. Each takes patchers and yields findings; none changes anything."""
