PRAGMA application_id = 1349218157;
PRAGMA user_version = 16;
BEGIN TRANSACTION;
CREATE TABLE about (  -- what the session is called from then on; the last row counts
            id INTEGER PRIMARY KEY,
            team TEXT NOT NULL,
            date TEXT NOT NULL,
            who TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT;
INSERT INTO "about" VALUES(1,'De Regenboog','2025-03-14','Noor','2025-03-15T09:00:00+00:00');
CREATE TABLE batches (  -- one round of one instrument, as it was printed
        batch TEXT PRIMARY KEY,
        instrument TEXT NOT NULL,
        edition INTEGER NOT NULL,
        layout INTEGER NOT NULL,
        round TEXT,
        made TEXT NOT NULL
    ) STRICT;
INSERT INTO "batches" VALUES('K7F3','schoolwaardenkompas',1,7,'gewenst','2025-03-14T19:30:06.216+00:00');
INSERT INTO "batches" VALUES('A7C9','lunch',1,3,NULL,'2025-03-14T19:30:06.225+00:00');
CREATE TABLE corrections (
        id INTEGER PRIMARY KEY,
        batch TEXT NOT NULL,
        number INTEGER NOT NULL,
        copy_scan INTEGER REFERENCES scans,  -- of a master copy: where this copy's
        copy_page INTEGER,                   -- first page was scanned
        question TEXT NOT NULL,
        value TEXT,
        undoes INTEGER REFERENCES corrections,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        why TEXT NOT NULL, copy_part INTEGER NOT NULL DEFAULT 1,
        FOREIGN KEY (batch, number) REFERENCES sheets,
        CHECK ((number = 0) = (copy_scan IS NOT NULL)),
        CHECK ((copy_scan IS NULL) = (copy_page IS NULL))
    ) STRICT;
INSERT INTO "corrections" VALUES(1,'K7F3',2,NULL,NULL,'3','6',NULL,'Noor','2025-03-14T19:30:06.346+00:00','het kruisje is duidelijk',1);
INSERT INTO "corrections" VALUES(2,'K7F3',1,NULL,NULL,'1','1',NULL,'Ali','2025-03-14T19:30:06.350+00:00','',1);
INSERT INTO "corrections" VALUES(3,'K7F3',1,NULL,NULL,'1',NULL,2,'Ali','2025-03-14T19:30:06.352+00:00','toch niet',1);
INSERT INTO "corrections" VALUES(4,'K7F3',0,1,5,'name','Eef Lam',NULL,'Noor','2025-03-14T19:30:06.353+00:00','',1);
CREATE TABLE dots (  -- on a photo of a blank compass: a row of pages with its code
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        kind TEXT NOT NULL,
        colour TEXT NOT NULL,
        x_mm REAL NOT NULL,  -- on the paper
        y_mm REAL NOT NULL,
        size_mm REAL NOT NULL,
        vertical REAL NOT NULL,  -- the nearest quarter point
        horizontal REAL NOT NULL,
        off REAL NOT NULL,  -- how far from it, in quarter steps
        doubts TEXT NOT NULL  -- a JSON list
    ) STRICT;
INSERT INTO "dots" VALUES(1,7,'dot','geel',120.5,300.25,8.0,2.25,4.0,0.125,'[]');
INSERT INTO "dots" VALUES(2,7,'cross','',220.5,310.25,9.0,3.5,4.5,0.5,'["between"]');
CREATE TABLE fields (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        name TEXT NOT NULL,
        written INTEGER NOT NULL CHECK (written IN (0, 1)),
        UNIQUE (page, name)
    ) STRICT;
INSERT INTO "fields" VALUES(1,3,'name',1);
CREATE TABLE instruments (  -- a school's own; the files lie in instruments/
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        key TEXT NOT NULL,
        edition INTEGER NOT NULL,
        kept TEXT NOT NULL,
        added TEXT NOT NULL
    ) STRICT;
INSERT INTO "instruments" VALUES(1,'991bcd720fb0501845015fea16a84887008c1ee24f3e7fdf7d7e4ec0de1f4f17','lunch',1,'instruments/lunch-1-991bcd720fb0.toml','2025-03-14T19:30:06.156+00:00');
CREATE TABLE map_changes (  -- one that was undone does not count
        id INTEGER PRIMARY KEY,
        sheet TEXT NOT NULL,  -- its code, as the square on it says
        kind TEXT NOT NULL,
        x_mm REAL,  -- of the dot that it is about, on the paper
        y_mm REAL,
        to_x_mm REAL,  -- where it lies then
        to_y_mm REAL,
        colour TEXT NOT NULL,
        people INTEGER,  -- how many dots hang there, as somebody counted
        undoes INTEGER REFERENCES map_changes,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        why TEXT NOT NULL
    , round TEXT) STRICT;
INSERT INTO "map_changes" VALUES(1,'K','add',100.0,120.0,NULL,NULL,'rood',NULL,NULL,'Anna','2026-11-27T20:08:28.046+00:00','',NULL);
INSERT INTO "map_changes" VALUES(2,'K','round',100.0,120.0,NULL,NULL,'',NULL,NULL,'Anna','2026-11-28T01:24:35.034+00:00','','huidig');
CREATE TABLE odd_spots (  -- on a photo of a blank compass: no dot, or nothing to be seen
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        kind TEXT NOT NULL,
        x_mm REAL NOT NULL,  -- the middle of a box round it, on the paper
        y_mm REAL NOT NULL,
        wide_mm REAL NOT NULL,
        high_mm REAL NOT NULL
    ) STRICT;
CREATE TABLE pages (  -- the last row of a (scan, page, part) counts
        id INTEGER PRIMARY KEY,
        scan INTEGER NOT NULL REFERENCES scans,
        page INTEGER NOT NULL,
        status TEXT NOT NULL,
        reason TEXT,
        detail TEXT NOT NULL,
        code_instrument INTEGER,
        code_edition INTEGER,
        code_round INTEGER,
        code_page INTEGER,
        code_number INTEGER,
        code_batch TEXT,
        code_layout INTEGER,
        instrument TEXT,
        round TEXT,
        rotation INTEGER NOT NULL,
        residual_mm REAL,
        mm_to_px TEXT,  -- a JSON list
        width_px INTEGER,
        height_px INTEGER,
        recorded TEXT NOT NULL
    , notes TEXT NOT NULL DEFAULT '[]', part INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "pages" VALUES(1,1,1,'read',NULL,'',1,1,1,1,1,'K7F3',7,'schoolwaardenkompas','gewenst',0,0.0625,'[11.811, 0.0, 3.5, 0.0, 11.811, -2.25, 0.0, 0.0, 1.0]',2480,3508,'2025-03-14T19:30:06.281+00:00','[]',1);
INSERT INTO "pages" VALUES(2,1,2,'read',NULL,'',1,1,1,1,2,'K7F3',7,'schoolwaardenkompas','gewenst',180,0.0625,'[11.811, 0.0, 3.5, 0.0, 11.811, -2.25, 0.0, 0.0, 1.0]',2480,3508,'2025-03-14T19:30:06.290+00:00','["another_sheet"]',1);
INSERT INTO "pages" VALUES(3,1,3,'read',NULL,'',1,1,1,1,4,'K7F3',7,'schoolwaardenkompas','gewenst',0,0.0625,'[11.811, 0.0, 3.5, 0.0, 11.811, -2.25, 0.0, 0.0, 1.0]',2480,3508,'2025-03-14T19:30:06.293+00:00','[]',1);
INSERT INTO "pages" VALUES(4,1,4,'read',NULL,'',0,1,0,1,4,'A7C9',3,'lunch',NULL,0,0.0625,'[11.811, 0.0, 3.5, 0.0, 11.811, -2.25, 0.0, 0.0, 1.0]',2480,3508,'2025-03-14T19:30:06.298+00:00','[]',1);
INSERT INTO "pages" VALUES(5,1,4,'read',NULL,'',0,1,0,1,5,'A7C9',3,'lunch',NULL,0,0.0625,'[11.811, 0.0, 3.5, 0.0, 11.811, -2.25, 0.0, 0.0, 1.0]',2480,3508,'2025-03-14T19:30:06.298+00:00','[]',2);
INSERT INTO "pages" VALUES(6,1,5,'unread','no_code','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'2025-03-14T19:30:06.305+00:00','[]',1);
INSERT INTO "pages" VALUES(7,2,1,'read',NULL,'',3159,1,1,12,1630,'K7F3',130,'schoolwaardenkompas','gewenst',0,0.25,'[11.811, 0.0, 3.5, 0.0, 11.811, -2.25, 0.0, 0.0, 1.0]',2000,3000,'2025-03-14T19:30:06.342+00:00','[]',1);
INSERT INTO "pages" VALUES(8,1,6,'unread','compression','jbig2',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'2025-03-14T19:30:54.458+00:00','[]',1);
INSERT INTO "pages" VALUES(9,1,7,'read',NULL,'71.0 %, 300 dpi, 0.2°',0,1,0,13,0,'3333',1,NULL,NULL,0,NULL,NULL,NULL,NULL,'2026-11-27T15:57:23.094+00:00','["trial_scale", "trial_bitonal"]',1);
INSERT INTO "pages" VALUES(10,1,8,'read',NULL,'',1,1,1,1,0,'K7F3',7,'schoolwaardenkompas','gewenst',0,0.0625,'[11.811, 0.0, 3.5, 0.0, 11.811, -2.25, 0.0, 0.0, 1.0]',2480,3508,'2026-11-27T16:30:46.653+00:00','["damaged"]',1);
CREATE TABLE participants (
        number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 9999),
        name TEXT NOT NULL,
        first TEXT NOT NULL,
        infix TEXT NOT NULL,
        last TEXT NOT NULL,
        label TEXT NOT NULL
    ) STRICT;
INSERT INTO "participants" VALUES(1,'Noor van Dam','Noor','van','Dam','');
INSERT INTO "participants" VALUES(2,'Ali Bos','Ali','','Bos','');
INSERT INTO "participants" VALUES(3,'Zoë Kuil','Zoë','','Kuil','');
CREATE TABLE people_changes (  -- what was wrong in the name list; the last row counts
        id INTEGER PRIMARY KEY,
        number INTEGER NOT NULL REFERENCES participants,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,  -- from then on; of a merged person, and who was taken off, as it was
        first TEXT NOT NULL,
        infix TEXT NOT NULL,
        last TEXT NOT NULL,
        label TEXT NOT NULL,
        same_as INTEGER REFERENCES participants,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        why TEXT NOT NULL,
        CHECK ((kind = 'merged') = (same_as IS NOT NULL)),
        CHECK (same_as != number)
    ) STRICT;
INSERT INTO "people_changes" VALUES(1,3,'renamed','Zoë Kuijl','Zoë','','Kuijl','',NULL,'Noor','2025-03-15T09:00:00+00:00','');
INSERT INTO "people_changes" VALUES(2,3,'renamed','Zoë Kuil','Zoë','','Kuil','',NULL,'Noor','2025-03-15T09:00:00+00:00','toch niet');
CREATE TABLE prints (  -- of sheets that were given out before: lost, or spoilt
        id INTEGER PRIMARY KEY,
        batch TEXT NOT NULL,
        number INTEGER NOT NULL,
        printed TEXT NOT NULL,
        FOREIGN KEY (batch, number) REFERENCES sheets
    ) STRICT;
INSERT INTO "prints" VALUES(1,'K7F3',1,'2025-03-15T09:00:00+00:00');
CREATE TABLE readings (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        question TEXT NOT NULL,
        option TEXT,
        withdrawn TEXT NOT NULL,  -- a JSON list
        doubt TEXT,
        confidence REAL NOT NULL,
        UNIQUE (page, question)
    ) STRICT;
INSERT INTO "readings" VALUES(1,1,'1','4','[]',NULL,0.999);
INSERT INTO "readings" VALUES(2,1,'2','4','[]',NULL,0.999);
INSERT INTO "readings" VALUES(3,1,'3','3','[]',NULL,0.999);
INSERT INTO "readings" VALUES(4,1,'4','2','[]',NULL,0.999);
INSERT INTO "readings" VALUES(5,1,'5','1','[]',NULL,0.999);
INSERT INTO "readings" VALUES(6,1,'6','6','[]',NULL,0.999);
INSERT INTO "readings" VALUES(7,1,'7','5','[]',NULL,0.999);
INSERT INTO "readings" VALUES(8,1,'8','2','[]',NULL,0.999);
INSERT INTO "readings" VALUES(9,2,'1','4','[]',NULL,0.999);
INSERT INTO "readings" VALUES(10,2,'2','4','[]',NULL,0.999);
INSERT INTO "readings" VALUES(11,2,'3',NULL,'[]','two_marks',0.5);
INSERT INTO "readings" VALUES(12,2,'4','2','["5"]',NULL,0.97);
INSERT INTO "readings" VALUES(13,2,'5',NULL,'[]',NULL,1.0);
INSERT INTO "readings" VALUES(14,2,'6','6','[]',NULL,0.999);
INSERT INTO "readings" VALUES(15,2,'7','5','[]',NULL,0.999);
INSERT INTO "readings" VALUES(16,2,'8','2','[]',NULL,0.999);
INSERT INTO "readings" VALUES(17,3,'1','3','[]',NULL,0.99);
INSERT INTO "readings" VALUES(18,3,'2','3','[]',NULL,0.99);
INSERT INTO "readings" VALUES(19,3,'3','4','[]',NULL,0.99);
INSERT INTO "readings" VALUES(20,3,'4','5','[]',NULL,0.99);
INSERT INTO "readings" VALUES(21,3,'5','6','[]',NULL,0.99);
INSERT INTO "readings" VALUES(22,3,'6','1','[]',NULL,0.99);
INSERT INTO "readings" VALUES(23,3,'7','2','[]',NULL,0.99);
INSERT INTO "readings" VALUES(24,3,'8','5','[]',NULL,0.99);
INSERT INTO "readings" VALUES(25,4,'1','ja','[]',NULL,0.99);
INSERT INTO "readings" VALUES(26,5,'1','nee','[]',NULL,0.99);
INSERT INTO "readings" VALUES(27,10,'1',NULL,'[]','damaged',0.9);
INSERT INTO "readings" VALUES(28,10,'2',NULL,'[]','damaged',0.9);
INSERT INTO "readings" VALUES(29,10,'3',NULL,'[]','damaged',0.9);
INSERT INTO "readings" VALUES(30,10,'4',NULL,'[]','damaged',0.9);
INSERT INTO "readings" VALUES(31,10,'5',NULL,'[]','damaged',0.9);
INSERT INTO "readings" VALUES(32,10,'6',NULL,'[]','damaged',0.9);
INSERT INTO "readings" VALUES(33,10,'7',NULL,'[]','damaged',0.9);
INSERT INTO "readings" VALUES(34,10,'8',NULL,'[]','damaged',0.9);
CREATE TABLE refused (  -- files of which no scan was kept
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        added TEXT NOT NULL
    ) STRICT;
INSERT INTO "refused" VALUES(1,'leeg.pdf','empty_file','','2026-11-27T09:27:34.272+00:00');
INSERT INTO "refused" VALUES(2,'koppeling.pdf','linked','','2026-11-27T15:28:44.719+00:00');
CREATE TABLE scans (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL UNIQUE,  -- as we call it: the original name, made unique
        original TEXT NOT NULL,
        kept TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        pages INTEGER,
        added TEXT NOT NULL
    ) STRICT;
INSERT INTO "scans" VALUES(1,'b96339d3a9902966a7acad88b1032c0b204c001e77be8e3d5932171ccbc68df2','stapel.pdf','stapel.pdf','scans/b96339d3a9902966a7acad88b1032c0b204c001e77be8e3d5932171ccbc68df2.pdf',43,5,'2025-03-14T19:30:06.270+00:00');
INSERT INTO "scans" VALUES(2,'55e5710e6bddc2a1657c09ea22e8ffdead87d3b7e2b52fa17c377c6c5062f4bb','foto.jpg','foto.jpg','scans/55e5710e6bddc2a1657c09ea22e8ffdead87d3b7e2b52fa17c377c6c5062f4bb.jpg',15,1,'2025-03-14T19:30:06.330+00:00');
CREATE TABLE session (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        team TEXT NOT NULL,
        date TEXT NOT NULL,
        created TEXT NOT NULL
    ) STRICT;
INSERT INTO "session" VALUES(1,'De Regenboog','2025-03-14','2025-03-14T19:30:06.134+00:00');
CREATE TABLE settings (  -- how the web page shows things; the last row of a key counts
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        value TEXT NOT NULL,  -- JSON
        made TEXT NOT NULL
    ) STRICT;
INSERT INTO "settings" VALUES(1,'beamer','["both", "names", []]','2025-03-14T19:30:06.359+00:00');
CREATE TABLE sheets (  -- given out; number 0 is the master copy
        batch TEXT NOT NULL REFERENCES batches,
        number INTEGER NOT NULL CHECK (number BETWEEN 0 AND 9999),
        participant INTEGER REFERENCES participants CHECK (participant = number),
        printed TEXT NOT NULL,
        PRIMARY KEY (batch, number)
    ) STRICT;
INSERT INTO "sheets" VALUES('K7F3',1,1,'2025-03-14T19:30:06.233+00:00');
INSERT INTO "sheets" VALUES('K7F3',2,2,'2025-03-14T19:30:06.233+00:00');
INSERT INTO "sheets" VALUES('K7F3',3,3,'2025-03-14T19:30:06.233+00:00');
INSERT INTO "sheets" VALUES('K7F3',4,NULL,'2025-03-14T19:30:06.239+00:00');
INSERT INTO "sheets" VALUES('K7F3',0,NULL,'2025-03-14T19:30:06.245+00:00');
INSERT INTO "sheets" VALUES('A7C9',4,NULL,'2025-03-14T19:30:06.247+00:00');
INSERT INTO "sheets" VALUES('A7C9',5,NULL,'2025-03-14T19:30:06.247+00:00');
CREATE TABLE transcripts (  -- what an engine read; the last row of a (page, field) counts
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        field TEXT NOT NULL,
        engine TEXT NOT NULL,  -- its name and the hash of its model
        text TEXT NOT NULL,  -- as it was read; '' where nothing could be
        proposal TEXT NOT NULL,  -- the same words, those unknown replaced by likelier ones
        confidence REAL NOT NULL,
        letters BLOB,  -- of a name: what to match another list with, see omr.hand.names.Seen
        x_mm REAL NOT NULL,  -- where on the sheet it was cut out
        y_mm REAL NOT NULL,
        width_mm REAL NOT NULL,
        height_mm REAL NOT NULL,
        made TEXT NOT NULL
    ) STRICT;
INSERT INTO "transcripts" VALUES(1,3,'name','engine abc','Zoe Kuyl','Zoë Kuil',0.75,X'78DA5BB0001760C0CA241A3090204A8E4A06AAB8875CDF61D7C940251791E126068A4C020003973B10',24.0,30.0,90.0,10.0,'2025-03-14T19:30:06.358+00:00');
CREATE TABLE withdrawals (  -- one that was undone does not count
        id INTEGER PRIMARY KEY,
        scan INTEGER REFERENCES scans,
        page INTEGER,  -- NULL: the whole file
        refused INTEGER REFERENCES refused,
        undoes INTEGER REFERENCES withdrawals,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        why TEXT NOT NULL,
        CHECK ((scan IS NULL) != (refused IS NULL)),
        CHECK (page IS NULL OR scan IS NOT NULL)
    ) STRICT;
INSERT INTO "withdrawals" VALUES(1,1,3,NULL,NULL,'Noor','2026-11-27T09:27:34.273+00:00','dubbel gescand');
INSERT INTO "withdrawals" VALUES(2,1,3,NULL,1,'Noor','2026-11-27T09:27:34.274+00:00','toch niet dubbel');
INSERT INTO "withdrawals" VALUES(3,1,5,NULL,NULL,'Noor','2026-11-27T09:27:34.275+00:00','vreemd blad');
CREATE UNIQUE INDEX one_batch ON batches (instrument, edition, layout, coalesce(round, ''));
CREATE INDEX pages_of_scan ON pages (scan, page, id);
CREATE INDEX corrections_of_sheet ON corrections (batch, number, question);
CREATE INDEX dots_of_page ON dots (page);
CREATE INDEX parts_of_scan ON pages (scan, page, part, id);
CREATE INDEX withdrawals_of_scan ON withdrawals (scan, page);
CREATE INDEX odd_spots_of_page ON odd_spots (page);
CREATE INDEX map_changes_of_sheet ON map_changes (sheet);
COMMIT;
