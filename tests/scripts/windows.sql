-- Window functions over joined rows: every function, every unit of frames, EXCLUDE, FILTER, named windows.
-- pool a
CREATE TABLE t(id INTEGER PRIMARY KEY, g TEXT, v INT, r REAL);
INSERT INTO t VALUES (1, 'x', 10, 0.5), (2, 'x', 20, 1.5), (3, 'x', 20, NULL), (4, 'y', NULL, 2.25), (5, 'y', 5, -1.0), (6, 'y', 5, 1e300), (7, NULL, 1, 3.5);
-- pool b
CREATE TABLE u(id INTEGER PRIMARY KEY, w INT, s TEXT COLLATE NOCASE);
INSERT INTO u VALUES (1, 3, 'b'), (2, 1, 'B'), (3, 2, 'a'), (4, 2, 'c'), (5, 9, NULL), (6, 7, 'A'), (7, 0, 'd');
CREATE TABLE vacant(id INT);
-- queries
SELECT t.id, row_number() OVER (ORDER BY w, t.id), rank() OVER (ORDER BY w), dense_rank() OVER (ORDER BY w) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, percent_rank() OVER (PARTITION BY g ORDER BY w), cume_dist() OVER (PARTITION BY g ORDER BY w) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, ntile(3) OVER (ORDER BY t.id), ntile(10) OVER (ORDER BY t.id) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, lag(w) OVER (ORDER BY t.id), lead(w, 2, -1) OVER (ORDER BY t.id), lag(w, v, 'none') OVER (ORDER BY t.id) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, first_value(s) OVER win, last_value(s) OVER win, nth_value(s, 2) OVER win FROM a.t JOIN b.u USING (id) WINDOW win AS (PARTITION BY g ORDER BY w, t.id) ORDER BY t.id;
SELECT t.id, sum(v) OVER (ORDER BY w ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), avg(w) OVER (ORDER BY t.id ROWS 2 PRECEDING) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, sum(w) OVER (ORDER BY v RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING), count(*) OVER (ORDER BY v DESC RANGE BETWEEN 4 FOLLOWING AND 15 FOLLOWING) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, sum(w) OVER (ORDER BY v NULLS LAST RANGE BETWEEN 0.5 PRECEDING AND UNBOUNDED FOLLOWING) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, sum(v) OVER (ORDER BY w GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW), max(s) OVER (ORDER BY w GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, sum(w) OVER (ORDER BY w ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW), sum(w) OVER (ORDER BY w RANGE UNBOUNDED PRECEDING EXCLUDE GROUP), group_concat(t.id, '-') OVER (ORDER BY w, t.id ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE TIES) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, count(*) FILTER (WHERE v > 5) OVER (PARTITION BY g), total(v) FILTER (WHERE w < 3) OVER (ORDER BY t.id) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT t.id, min(w) OVER (ORDER BY t.id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), max(s) OVER (ORDER BY t.id ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT g, sum(sum(w)) OVER (ORDER BY g), rank() OVER (ORDER BY count(*) DESC) FROM a.t JOIN b.u USING (id) GROUP BY g ORDER BY g;
SELECT t.id, sum(r) OVER (ORDER BY t.id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM a.t JOIN b.u USING (id) ORDER BY t.id;
SELECT * FROM (SELECT t.id, row_number() OVER (PARTITION BY g ORDER BY w DESC) AS n FROM a.t JOIN b.u USING (id)) WHERE n = 1 ORDER BY id;
SELECT sum(w) OVER (base ROWS 1 PRECEDING) FROM a.t JOIN b.u USING (id) WINDOW base AS (ORDER BY t.id) ORDER BY t.id;
SELECT row_number() OVER (), count(*) OVER () FROM a.t JOIN b.vacant USING (id);
SELECT ntile(0) OVER (ORDER BY t.id) FROM a.t JOIN b.u USING (id);
SELECT sum(w) OVER (ORDER BY w ROWS -1 PRECEDING) FROM a.t JOIN b.u USING (id);
SELECT t.id FROM a.t JOIN b.u USING (id) ORDER BY rank() OVER (ORDER BY w), t.id;
