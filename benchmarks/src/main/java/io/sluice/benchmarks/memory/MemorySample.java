package io.sluice.benchmarks.memory;

/**
 * What a process held at some moment.
 *
 * @param minute since the watch began
 * @param heap in use, garbage included, MiB
 * @param direct in use, MiB: Netty's pools and the JDK's own direct buffers
 * @param resident of the whole process, MiB
 * @param files open files, sockets included
 */
record MemorySample(double minute, double heap, double direct, double resident, double files) {}
