"""A named tuple of arrays goes through compiled code as one pointer.

Numba takes such a tuple apart and hands every word of every array to every function: two hundred arguments a call,
compiled again and again. Here it is a type of its own, by numba's extension interface: the words lie in one place for
the length of a call and are read where they are used. They cannot change meanwhile, and the compiler is told so.
"""

import hashlib
from typing import Any

from numba.core import cgutils, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import make_array, populate_array

POINTER = cgutils.voidptr_t


class Pointed(types.Type):
    """The type of a tuple of arrays: its class, and the types of the arrays in the order of the fields."""

    def __init__(self, kind: type, arrays: tuple[types.Array, ...]) -> None:
        self.fields: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
        self.arrays = arrays
        self.bundle = types.NamedTuple(arrays, kind)
        digest = hashlib.blake2b(self.bundle.name.encode(), digest_size=8).hexdigest()
        super().__init__(
            name=f"{kind.__name__}_{digest}"
        )  # short: it is part of every compiled function's name


def pass_by_pointer(kind: type) -> None:
    """From now on compiled functions take this class of named tuples, of arrays alone, by pointer."""

    def type_of(value: Any, context: Any) -> Pointed:
        return Pointed(kind, tuple(typeof_impl(array, context) for array in value))

    typeof_impl.register(kind)(type_of)


@register_model(Pointed)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, pointed: Pointed) -> None:
        super().__init__(manager, pointed, POINTER)


@unbox(Pointed)
def _unbox(pointed: Pointed, value: Any, c: Any) -> NativeValue:
    """Lay the words of all arrays down in the caller's frame, and hold the arrays until the call is over."""
    bundle = c.unbox(pointed.bundle, value)
    place = cgutils.alloca_once_value(c.builder, bundle.value)
    pointer = c.builder.bitcast(place, POINTER)

    def let_go() -> None:
        c.context.nrt.decref(c.builder, pointed.bundle, bundle.value)

    return NativeValue(pointer, is_error=bundle.is_error, cleanup=let_go)


@infer_getattr
class _Attributes(AttributeTemplate):
    key = Pointed

    def generic_resolve(self, pointed: Any, name: str) -> Any:  # type: ignore[override]
        return pointed.arrays[pointed.fields.index(name)] if name in pointed.fields else None


@lower_getattr_generic(Pointed)
def _get(context: Any, builder: Any, pointed: Pointed, value: Any, name: str) -> Any:
    """One of the arrays, without an owner: the caller of the compiled function holds it."""
    place = builder.bitcast(value, context.get_value_type(pointed.bundle).as_pointer())
    at = pointed.fields.index(name)
    array_type = pointed.arrays[at]
    field = context.data_model_manager[array_type]._fields.index
    unchanging = builder.module.add_metadata([])

    def word(*path: int) -> Any:
        loaded = builder.load(cgutils.gep_inbounds(builder, place, 0, at, *path))
        loaded.set_metadata("invariant.load", unchanging)
        return loaded

    array = make_array(array_type)(context, builder)
    dimensions = range(array_type.ndim)
    itemsize = context.get_abi_sizeof(context.get_data_type(array_type.dtype))
    populate_array(
        array,
        data=word(field("data")),
        shape=[word(field("shape"), axis) for axis in dimensions],
        strides=[word(field("strides"), axis) for axis in dimensions],
        itemsize=context.get_constant(types.intp, itemsize),
        meminfo=None,
    )
    return array._getvalue()
