-- Files are written while they are sent, so that none is kept.
DROP TABLE opendata.export_part;
DROP TABLE opendata.export_file;
