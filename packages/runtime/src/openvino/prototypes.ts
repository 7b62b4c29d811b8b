export type Koffi = typeof import('koffi');
export type Library = ReturnType<Koffi['load']>;
export type Callable = ReturnType<Library['func']>;
type TypeSpec = Parameters<Koffi['sizeof']>[0];

/** The address of an object of OpenVINO's. */
export type Handle = bigint;

/** `ov_shape_t` as it comes. */
export interface ShapeStruct {
  rank: number | bigint;
  dims: Handle;
}

/** The prototypes, as the headers `openvino/c/ov_*.h` have them. */
export function declare(koffi: Koffi, library: Library) {
  const handle = 'void *';
  const out = (type: TypeSpec) => koffi.out(koffi.pointer(type));
  const shape = koffi.struct({ rank: 'int64', dims: handle });
  const partialShape = koffi.struct({ rank: koffi.struct({ min: 'int64', max: 'int64' }), dims: handle });
  const status = (name: string, ...args: TypeSpec[]) => library.func(`ov_${name}`, 'int', args);
  const nothing = (name: string) => library.func(`ov_${name}`, 'void', [handle]);
  return {
    // A copy of the text, to be freed.
    lastError: library.func('ov_get_last_err_msg', handle, []),
    errorInfo: library.func('ov_get_error_info', 'str', ['int']),
    freeText: nothing('free'),
    version: status('get_openvino_version', out(koffi.struct({ buildNumber: 'str', description: 'str' }))),
    createCore: status('core_create', out(handle)),
    // With a key and its value behind.
    setProperty: status('core_set_property', handle, 'str', '...'),
    property: status('core_get_property', handle, 'str', 'str', out(handle)),
    readFile: status('core_read_model', handle, 'str', 'str', out(handle)),
    readBytes: status('core_read_model_from_memory_buffer', handle, handle, 'size_t', handle, out(handle)),
    // Variable in C, for properties. None are given here: koffi calls no variable function asynchronously.
    compile: status('core_compile_model', handle, handle, 'str', 'size_t', out(handle)),
    portCount: {
      input: status('model_inputs_size', handle, out('size_t')),
      output: status('model_outputs_size', handle, out('size_t')),
    },
    port: {
      input: status('model_const_input_by_index', handle, 'size_t', out(handle)),
      output: status('model_const_output_by_index', handle, 'size_t', out(handle)),
    },
    portName: status('port_get_any_name', handle, out(handle)),
    portType: status('port_get_element_type', handle, out('int')),
    portShape: status('const_port_get_shape', handle, out(shape)),
    freePort: nothing('output_const_port_free'),
    reshape: status('model_reshape', handle, koffi.pointer('str'), koffi.pointer(partialShape), 'size_t'),
    createRequest: status('compiled_model_create_infer_request', handle, out(handle)),
    createTensor: status('tensor_create', 'int', shape, out(handle)),
    hostTensor: status('tensor_create_from_host_ptr', 'int', shape, handle, out(handle)),
    byteSize: status('tensor_get_byte_size', handle, out('size_t')),
    tensorShape: status('tensor_get_shape', handle, out(shape)),
    freeShape: status('shape_free', koffi.pointer(shape)),
    tensorData: status('tensor_data', handle, out(handle)),
    setTensor: status('infer_request_set_tensor', handle, 'str', handle),
    tensor: status('infer_request_get_tensor', handle, 'str', out(handle)),
    infer: status('infer_request_infer', handle),
    free: {
      core: nothing('core_free'),
      model: nothing('model_free'),
      compiled_model: nothing('compiled_model_free'),
      infer_request: nothing('infer_request_free'),
      tensor: nothing('tensor_free'),
    },
  };
}
