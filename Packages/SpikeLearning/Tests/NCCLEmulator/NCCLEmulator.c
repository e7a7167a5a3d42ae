// A stand-in for NCCL whose processes are threads of one process, and whose GPUs are the CPU. It adds up in host memory,
// and notes each call in the file that FAKE_NCCL_LOG names.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char bytes[128];
} Identifier;

typedef struct {
    Identifier identifier;
    int size, joined, arrived, round;
    const void *memory[64];
    size_t counts[64];
    int types[64];
    pthread_mutex_t lock;
    pthread_cond_t changed;
} Group;

typedef struct {
    Group *group;
    int rank;
} Communicator;

/// Tells the bridge that tensors of the CPU are right.
int spikekit_nccl_emulator = 1;

static pthread_mutex_t all = PTHREAD_MUTEX_INITIALIZER;
static Group groups[64];
static int groupCount;

static void note(const char *call, int rank, size_t count, int type, int last) {
    const char *path = getenv("FAKE_NCCL_LOG");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (!file) return;
    fprintf(file, "%s rank %d count %zu type %d %d\n", call, rank, count, type, last);
    fclose(file);
}

int ncclGetUniqueId(Identifier *identifier) {
    static int number;
    memset(identifier, 0, sizeof *identifier);
    pthread_mutex_lock(&all);
    sprintf(identifier->bytes, "spikekit %d", ++number);
    pthread_mutex_unlock(&all);
    // The last byte too has to arrive.
    identifier->bytes[127] = 'x';
    return 0;
}

/// Waits until all threads of a group are here.
static void meet(Group *group) {
    pthread_mutex_lock(&group->lock);
    int round = group->round;
    if (++group->arrived == group->size) {
        group->arrived = 0;
        group->round++;
        pthread_cond_broadcast(&group->changed);
    }
    while (round == group->round) pthread_cond_wait(&group->changed, &group->lock);
    pthread_mutex_unlock(&group->lock);
}

int ncclCommInitRank(Communicator **result, int size, Identifier identifier, int rank) {
    if (identifier.bytes[127] != 'x' || size > 64 || rank < 0 || rank >= size) return 4;
    pthread_mutex_lock(&all);
    Group *group = NULL;
    for (int index = 0; index < groupCount; index++)
        if (!memcmp(&groups[index].identifier, &identifier, sizeof identifier)) group = &groups[index];
    if (!group) {
        group = &groups[groupCount++];
        group->identifier = identifier;
        group->size = size;
        pthread_mutex_init(&group->lock, NULL);
        pthread_cond_init(&group->changed, NULL);
    }
    pthread_mutex_unlock(&all);
    *result = malloc(sizeof **result);
    **result = (Communicator){group, rank};
    note("init", rank, 0, 0, size);
    meet(group);
    return 0;
}

static size_t sizeOf(int type) {
    switch (type) {
        case 0: case 1: return 1;
        case 6: case 9: return 2;
        case 2: case 3: case 7: return 4;
        case 4: case 5: case 8: return 8;
        default: return 0;
    }
}

#define ADD(Element) \
    for (size_t place = 0; place < count; place++) { \
        Element sum = 0; \
        for (int rank = 0; rank < group->size; rank++) sum += ((const Element *)group->memory[rank])[place]; \
        ((Element *)result)[place] = sum; \
    }

/// Exchanges the messages of all threads. Those of a broadcast have a root, and those of a sum have −1.
static int exchange(const void *sent, void *received, size_t count, int type, int root, Communicator *own, void *stream) {
    Group *group = own->group;
    // The emulated device has only the default stream.
    if (!sent || !received || stream || !sizeOf(type)) return 4;
    size_t bytes = count * sizeOf(type);
    void *result = malloc(bytes);
    group->memory[own->rank] = sent;
    group->counts[own->rank] = count;
    group->types[own->rank] = type;
    meet(group);
    int status = 0;
    for (int rank = 0; rank < group->size; rank++)
        if (group->counts[rank] != count || group->types[rank] != type) status = 5;
    if (!status && root >= 0) memcpy(result, group->memory[root], bytes);
    if (!status && root < 0) {
        if (type == 7) ADD(float)
        else if (type == 8) ADD(double)
        else if (type == 4) ADD(int64_t)
        else if (type == 2) ADD(int32_t)
        else status = 4;
    }
    meet(group);
    if (!status) memcpy(received, result, bytes);
    free(result);
    return status;
}

int ncclAllReduce(
    const void *sent, void *received, size_t count, int type, int operation, Communicator *own, void *stream) {
    note("sum", own->rank, count, type, operation);
    if (operation != 0) return 4;
    return exchange(sent, received, count, type, -1, own, stream);
}

int ncclBroadcast(const void *sent, void *received, size_t count, int type, int root, Communicator *own, void *stream) {
    note("broadcast", own->rank, count, type, root);
    if (root < 0 || root >= own->group->size) return 4;
    return exchange(sent, received, count, type, root, own, stream);
}

int ncclCommDestroy(Communicator *own) {
    note("destroy", own->rank, 0, 0, 0);
    free(own);
    return 0;
}

int ncclCommAbort(Communicator *own) {
    note("abort", own->rank, 0, 0, 0);
    free(own);
    return 0;
}

const char *ncclGetErrorString(int result) {
    return result == 4 ? "invalid argument" : result == 5 ? "invalid usage" : "no error";
}
