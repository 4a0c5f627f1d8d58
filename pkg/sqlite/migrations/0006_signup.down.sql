-- Links that were mailed and not used end with their rows: the older program has no page for them.
DROP TABLE account_requests;
DELETE FROM jobs WHERE kind = 'account-request';
