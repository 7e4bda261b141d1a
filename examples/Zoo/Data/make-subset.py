#!/usr/bin/env python3
"""Makes fashion_mnist_subset/ from the full Fashion-MNIST: the first 800 training and 200 test images of each class.

    apt-get download dataset-fashion-mnist && dpkg -x dataset-fashion-mnist_*.deb fashion
    python3 make-subset.py fashion/usr/share/datasets/fashion-mnist

The chosen images keep their order. The same input gives the same bytes, on the same zlib.
"""
import gzip
import pathlib
import struct
import sys

PER_CLASS = {"train": 800, "t10k": 200}
CLASSES = 10


def read(path, dimensions):
    content = gzip.decompress(path.read_bytes())
    shape = struct.unpack(f">{dimensions}i", content[4:4 + 4 * dimensions])
    return content[:4], shape, content[4 + 4 * dimensions:]


def write(path, magic, shape, data):
    header = magic + struct.pack(f">{len(shape)}i", *shape)
    path.write_bytes(gzip.compress(header + data, compresslevel=9, mtime=0))
    print(f"{path.name}: {shape}, {path.stat().st_size} bytes")


def main():
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(__file__).parent / "fashion_mnist_subset"
    target.mkdir(exist_ok=True)
    for part, per_class in PER_CLASS.items():
        image_file, label_file = f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz"
        image_magic, (_, height, width), images = read(source / image_file, 3)
        label_magic, _, labels = read(source / label_file, 1)
        taken, chosen = [0] * CLASSES, []
        for i, label in enumerate(labels):
            if taken[label] < per_class:
                taken[label] += 1
                chosen.append(i)
        size = height * width
        write(target / image_file, image_magic, (len(chosen), height, width), b"".join(images[i * size:(i + 1) * size] for i in chosen))
        write(target / label_file, label_magic, (len(chosen),), bytes(labels[i] for i in chosen))


main()
