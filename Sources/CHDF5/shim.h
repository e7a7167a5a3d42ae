#ifndef SPIKEKIT_CHDF5_SHIM_H
#define SPIKEKIT_CHDF5_SHIM_H

#include <hdf5.h>
#include <stddef.h>
#include <stdio.h>

// HDF5 defines these as macros over variables, which Swift does not import.

static inline unsigned spikekit_h5f_replace(void) { return H5F_ACC_TRUNC; }
static inline unsigned spikekit_h5f_read_only(void) { return H5F_ACC_RDONLY; }

static inline hid_t spikekit_h5p_default(void) { return H5P_DEFAULT; }
static inline hid_t spikekit_h5p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t spikekit_h5p_file_creation(void) { return H5P_FILE_CREATE; }
static inline hid_t spikekit_h5p_dataset_creation(void) { return H5P_DATASET_CREATE; }

static inline hid_t spikekit_h5s_all(void) { return H5S_ALL; }

static inline hid_t spikekit_h5t_c_string(void) { return H5T_C_S1; }
static inline size_t spikekit_h5t_variable(void) { return H5T_VARIABLE; }

static inline hid_t spikekit_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t spikekit_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t spikekit_h5t_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t spikekit_h5t_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t spikekit_h5t_native_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t spikekit_h5t_native_uint32(void) { return H5T_NATIVE_UINT32; }

static inline hid_t spikekit_h5t_reference(void) { return H5T_STD_REF_OBJ; }
static inline size_t spikekit_h5t_reference_size(void) { return sizeof(hobj_ref_t); }

static inline hid_t spikekit_h5t_file_float(void) { return H5T_IEEE_F32LE; }
static inline hid_t spikekit_h5t_file_double(void) { return H5T_IEEE_F64LE; }
static inline hid_t spikekit_h5t_file_int8(void) { return H5T_STD_I8LE; }
static inline hid_t spikekit_h5t_file_int64(void) { return H5T_STD_I64LE; }
static inline hid_t spikekit_h5t_file_uint16(void) { return H5T_STD_U16LE; }
static inline hid_t spikekit_h5t_file_uint32(void) { return H5T_STD_U32LE; }

struct spikekit_h5e_handler {
    H5E_auto2_t function;
    void *data;
};

/// Stops HDF5 from printing errors; returns what printed them.
static inline struct spikekit_h5e_handler spikekit_h5e_silence(void) {
    struct spikekit_h5e_handler handler = {NULL, NULL};
    H5Eget_auto2(H5E_DEFAULT, &handler.function, &handler.data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return handler;
}

static inline void spikekit_h5e_restore(struct spikekit_h5e_handler handler) {
    H5Eset_auto2(H5E_DEFAULT, handler.function, handler.data);
}

static inline herr_t spikekit_h5e_keep_description(unsigned index, const H5E_error2_t *error, void *text) {
    if (index == 0 && error->desc) snprintf((char *)text, 256, "%s", error->desc);
    return 0;
}

/// Puts the innermost description of the last error into `text`, which holds 256 bytes.
static inline void spikekit_h5e_description(char *text) {
    text[0] = 0;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, spikekit_h5e_keep_description, text);
}

#endif
