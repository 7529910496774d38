-- Files are generated while they are sent, so none is stored.
DROP TABLE opendata.export_part;
DROP TABLE opendata.export_file;
