-- The schema is the same. An older program finds guests by these keys as well, but O'Brien by "obrien" alone.
SELECT 1;
