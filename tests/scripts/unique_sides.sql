-- A side of a join that is unique and not used has only to be there: what looks unique and is not gives several partners.
-- pool a
CREATE TABLE codes(code TEXT UNIQUE, v INT);
INSERT INTO codes VALUES ('1', 1), ('01', 2), ('a', 3), ('A', 4), (NULL, 5), (NULL, 6);
CREATE TABLE places(x INT, y INT, v INT, UNIQUE(x, y));
INSERT INTO places VALUES (1, 1, 1), (1, 2, 2), (2, 1, 3), (NULL, 1, 4), (NULL, 1, 5);
CREATE TABLE keys(id INTEGER PRIMARY KEY, place INT);
INSERT INTO keys VALUES (1, 1), (2, 1), (3, 2), (4, NULL);
CREATE TABLE halves(h INT, v INT);
CREATE UNIQUE INDEX halves_h ON halves(h) WHERE v > 1;
INSERT INTO halves VALUES (1, 1), (1, 1), (1, 2);
-- pool b
CREATE TABLE numbers(n INTEGER, m INT);
INSERT INTO numbers VALUES (1, 1), (1, 2), (2, 1), (3, 3), (NULL, 1);
CREATE TABLE words(w TEXT COLLATE NOCASE);
INSERT INTO words VALUES ('a'), ('1'), (NULL);
-- queries
SELECT n, m FROM b.numbers JOIN a.keys ON id = n ORDER BY 1, 2;
SELECT n FROM b.numbers JOIN a.codes ON code = n ORDER BY 1;
SELECT w FROM b.words JOIN a.codes ON w = code ORDER BY 1;
SELECT w FROM b.words JOIN a.codes ON code = w ORDER BY 1;
SELECT w FROM b.words JOIN a.codes ON w IS code ORDER BY 1;
SELECT n, m FROM b.numbers JOIN a.places ON x = n ORDER BY 1, 2;
SELECT n, m FROM b.numbers JOIN a.places ON x = n AND y = m ORDER BY 1, 2;
SELECT n, m FROM b.numbers JOIN a.places ON x IS n AND y = m ORDER BY 1, 2;
SELECT n FROM b.numbers JOIN a.halves ON h = n ORDER BY 1;
SELECT n, count(*) FROM b.numbers JOIN a.keys ON id = n JOIN b.words ON w = place GROUP BY n ORDER BY 1;
SELECT n FROM b.numbers JOIN (SELECT place, count(*) FROM a.keys GROUP BY place) ON place = n ORDER BY 1;
SELECT n FROM b.numbers JOIN (SELECT place, v FROM a.keys JOIN a.halves ON h = place) ON place = n ORDER BY 1;
