-- Streets are part of the territory.
DROP TABLE waste.roads;
