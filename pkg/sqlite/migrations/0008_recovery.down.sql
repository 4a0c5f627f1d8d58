DROP TABLE link_keys;
DROP TABLE recovery;
