// Runs in the Linux that the kernel is measured beside: does what the kernel's own benchmark does, through Linux's system calls, and says
// it in the same words
// (BENCH name unit value).
//
//   probe disk DEVICE BYTES NAME reads the disk from its beginning and over again, BYTES at a time past the page cache, for 2 s or 256 MiB
//   probe receive PORT             takes datagrams; writes "received N" for each line on its standard input

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LongestSeconds = 2, MostBytes = 256 << 20, PageBytes = 4096 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static int fail(const char *what)
{
    printf("BENCH-FAILED linux %s: %s\n", what, strerror(errno));
    return 1;
}

static int read_disk(const char *device, size_t bytes, const char *name)
{
    int file = open(device, O_RDONLY | O_DIRECT);
    void *buffer = NULL;
    if (file < 0 || posix_memalign(&buffer, PageBytes, bytes) != 0)
    {
        return fail(device);
    }

    double begun = now();
    double taken;
    size_t moved = 0;
    do
    {
        ssize_t got = read(file, buffer, bytes);
        if (got < 0)
        {
            return fail("read");
        }

        moved += got;
        if ((size_t)got < bytes)
        {
            lseek(file, 0, SEEK_SET);
        }

        taken = now() - begun;
    }
    while (taken < LongestSeconds && moved < MostBytes);

    printf("BENCH %s MB/s %.1f\n", name, moved / taken / 1e6);
    return 0;
}

static int receive(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_ANY) };
    int incoming = socket(AF_INET, SOCK_DGRAM, 0);
    if (incoming < 0 || bind(incoming, (struct sockaddr *)&address, sizeof address) != 0)
    {
        return fail("socket");
    }

    unsigned long received = 0;
    char text[2048];
    struct pollfd both[] = { { .fd = incoming, .events = POLLIN }, { .fd = STDIN_FILENO, .events = POLLIN } };
    printf("receiving\n");
    while (poll(both, 2, -1) > 0)
    {
        // All that is there, so that the wait is paid once for many.
        while (recv(incoming, text, sizeof text, MSG_DONTWAIT) >= 0)
        {
            received++;
        }

        if (both[1].revents != 0)
        {
            if (read(STDIN_FILENO, text, sizeof text) <= 0)
            {
                return 0;
            }

            printf("received %lu\n", received);
        }
    }

    return fail("poll");
}

int main(int count, char **arguments)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count == 5 && strcmp(arguments[1], "disk") == 0)
    {
        return read_disk(arguments[2], strtoul(arguments[3], NULL, 0), arguments[4]);
    }

    if (count == 3 && strcmp(arguments[1], "receive") == 0)
    {
        return receive(atoi(arguments[2]));
    }

    fprintf(stderr, "probe disk DEVICE BYTES NAME | probe receive PORT\n");
    return 2;
}
