// DPDK's mempool (Debian's libdpdk-dev) beside the kernel's pool on the same host: one object of 2 KB taken and given back, as often as the
// first argument
// says, with the cache of the calling core that DPDK is known for. Writes the nanoseconds of a pair.

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <rte_config.h>
#undef RTE_USE_LIBBSD // a header would ask for libbsd's, for copying strings

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_mempool.h>

enum { Objects = 1024, ObjectBytes = 2048, CachedObjects = 256 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int count, char **arguments)
{
    char *options[] = { arguments[0], "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "--log-level=lib.eal:error",
        "-l", "0", "-m", "64" };
    if (count != 2 || rte_eal_init(sizeof options / sizeof *options, options) < 0)
    {
        fprintf(stderr, "dpdk-mempool PAIRS: DPDK's environment can't be set up\n");
        return 1;
    }

    struct rte_mempool *pool = rte_mempool_create("pool", Objects, ObjectBytes, CachedObjects, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY, 0);
    if (pool == NULL)
    {
        fprintf(stderr, "dpdk-mempool: no pool\n");
        return 1;
    }

    long pairs = strtol(arguments[1], NULL, 0);
    double begun = now();
    for (long i = 0; i < pairs; i++)
    {
        void *object;
        if (rte_mempool_get(pool, &object) != 0)
        {
            fprintf(stderr, "dpdk-mempool: the pool is empty\n");
            return 1;
        }

        rte_mempool_put(pool, object);
    }

    printf("BENCH host-dpdk-pair ns %.3f\n", (now() - begun) / pairs);
    return 0;
}
