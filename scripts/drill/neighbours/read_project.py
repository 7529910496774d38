"""Opens a QGIS project without a window, prints what its layers have as JSON, and draws the map."""

import json
import sys

from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsProject
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

project_file, picture = sys.argv[1:3]
application = QgsApplication([], False)
application.initQgis()
project = QgsProject.instance()
if not project.read(project_file):
    sys.exit(f"QGIS does not open {project_file}: {project.error()}")
layers = list(project.mapLayers().values())
told = [
    {
        "name": layer.name(),
        "isValid": layer.isValid(),
        "fields": [field.name() for field in layer.fields()],
        "features": sum(1 for feature in layer.getFeatures() if feature.hasGeometry()),
    }
    for layer in layers
]
settings = QgsMapSettings()
settings.setLayers(layers)
settings.setOutputSize(QSize(800, 600))
settings.setBackgroundColor(QColor("white"))
extent = layers[0].extent()
extent.scale(1.1)
settings.setExtent(extent)
settings.setDestinationCrs(layers[0].crs())
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
job.renderedImage().save(picture)
print(json.dumps(told))
sys.stdout.flush()
application.exitQgis()
