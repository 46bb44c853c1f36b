"""Runs pydensecrf on request: one JSON object a line in, one out. See worker.ts, which does the same with densecrf."""
import json
import sys
import time

import numpy as np
import pydensecrf.densecrf as densecrf
from pydensecrf.utils import unary_from_softmax


def memory(figure):
    try:
        with open('/proc/self/status') as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith(figure))
    except OSError:
        return float('nan')


class Contender:
    def load(self, request):
        self.problem = request
        self.width, self.height, self.labels = (request[k] for k in ('width', 'height', 'labels'))
        self.image = np.fromfile(request['image'], np.uint8).reshape(self.height, self.width, 3)
        self.energy = self.energies('energyFirst')
        self.crf = self.q = None
        return {'loadedMiB': memory('VmRSS')}

    def energies(self, name):
        return np.fromfile(self.problem[name], np.float32).reshape(self.labels, -1)

    def construct(self):
        crf = densecrf.DenseCRF2D(self.width, self.height, self.labels)
        crf.setUnaryEnergy(self.energy)
        for term in self.problem['terms']:
            if 'srgb' in term:
                crf.addPairwiseBilateral(term['sxy'], term['srgb'], self.image, term['compat'])
            else:
                crf.addPairwiseGaussian(term['sxy'], term['compat'])
        return crf

    def run(self, request):
        """A new object: construction, terms, inference."""
        self.crf = self.q = None
        start = time.perf_counter()
        self.crf = self.construct()
        built = time.perf_counter()
        self.q = self.crf.inference(self.problem['iterations'])
        end = time.perf_counter()
        return {'ms': 1e3 * (end - start), 'buildMs': 1e3 * (built - start)}

    def segment(self, request):
        """From a network's probabilities to labels, as users of pydensecrf write it."""
        probabilities = np.exp(-self.energy)
        self.crf = self.q = None
        start = time.perf_counter()
        self.energy = unary_from_softmax(probabilities)
        self.crf = self.construct()
        self.q = self.crf.inference(self.problem['iterations'])
        labels = np.argmax(self.q, axis=0)
        end = time.perf_counter()
        labels.astype(np.int32).tofile(request['path'])
        return {'ms': 1e3 * (end - start)}

    def frame(self, request):
        """The same object and picture, other energies."""
        following = self.energies('nextEnergyFirst')
        start = time.perf_counter()
        self.crf.setUnaryEnergy(following)
        self.q = self.crf.inference(self.problem['iterations'])
        return {'ms': 1e3 * (time.perf_counter() - start)}

    def save(self, request):
        np.array(self.q, np.float32).reshape(self.labels, -1).tofile(request['path'])
        return {}

    def memory(self, request):
        return {'peakMiB': memory('VmHWM')}


contender = Contender()
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(getattr(contender, request['do'])(request)), flush=True)
